package dev.fourfold.artifacts.store;

import dev.fourfold.artifacts.ServesArtifacts;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreCalls;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;

/** Has everybody use the store by way of what measures it. */
@Singleton
@ServesArtifacts
final class ArtifactMeasuring implements BeanCreatedEventListener<ArtifactStore> {

    private final BeanProvider<MeterRegistry> meters;

    /** @param meters asked for late: listeners are made before most beans */
    ArtifactMeasuring(BeanProvider<MeterRegistry> meters) {
        this.meters = meters;
    }

    @Override
    public ArtifactStore onCreated(BeanCreatedEvent<ArtifactStore> event) {
        return new MeasuredArtifactStore(event.getBean(), new StoreCalls(meters.get(), Store.ARTIFACTS));
    }
}
