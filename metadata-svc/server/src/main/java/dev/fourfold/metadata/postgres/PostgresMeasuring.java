package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreCalls;
import dev.fourfold.contract.meters.jdbc.MeasuredDataSource;
import dev.fourfold.metadata.ServesMetadata;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import javax.sql.DataSource;

/**
 * Has everybody use the data source by way of what measures it. Before Micronaut Data, which puts its own connection of the
 * transaction around the data source and must find that outermost.
 */
@Singleton
@ServesMetadata
final class PostgresMeasuring implements BeanCreatedEventListener<DataSource>, Ordered {

    private final BeanProvider<MeterRegistry> meters;

    /** @param meters asked for late: listeners are made before most beans */
    PostgresMeasuring(BeanProvider<MeterRegistry> meters) {
        this.meters = meters;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public DataSource onCreated(BeanCreatedEvent<DataSource> event) {
        return event.getBeanIdentifier().getName().equals(Postgres.NAME)
                ? new MeasuredDataSource(event.getBean(), new StoreCalls(meters.get(), Store.POSTGRESQL), Postgres.NAME)
                : event.getBean();
    }
}
