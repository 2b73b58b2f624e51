package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreCalls;
import dev.fourfold.contract.meters.jdbc.MeasuredDataSource;
import dev.fourfold.metadata.ServesMetadata;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;
import javax.sql.DataSource;

/** Has everybody use the data source by way of what measures it. */
@Singleton
@ServesMetadata
final class PostgresMeasuring implements BeanCreatedEventListener<DataSource> {

    private final BeanProvider<MeterRegistry> meters;

    /** @param meters asked for late: listeners are made before most beans */
    PostgresMeasuring(BeanProvider<MeterRegistry> meters) {
        this.meters = meters;
    }

    @Override
    public DataSource onCreated(BeanCreatedEvent<DataSource> event) {
        return event.getBeanIdentifier().getName().equals(Postgres.NAME)
                ? new MeasuredDataSource(event.getBean(), new StoreCalls(meters.get(), Store.POSTGRESQL), Postgres.NAME)
                : event.getBean();
    }
}
