package dev.fourfold.metrics.client;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.http.Instances;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.move.MoveAction;
import dev.fourfold.metrics.move.MoveOperations;
import dev.fourfold.metrics.move.MoveRequest;
import dev.fourfold.metrics.move.MoveStatus;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;

/** {@link MoveOperations} of a metrics-svc that runs elsewhere. */
@Singleton
@Requires(property = HttpMetricOperations.URL)
final class HttpMoveOperations implements MoveOperations {

    private final MoveHttp http;
    private final Instances instances;

    HttpMoveOperations(MoveHttp http, @Property(name = HttpMetricOperations.URL) String addresses) {
        this.http = http;
        this.instances = Instances.of(addresses);
    }

    @Override
    public MoveStatus status() {
        return http.status(only());
    }

    @Override
    public MoveStatus start(MoveRequest request) {
        return http.start(only(), request);
    }

    @Override
    public MoveStatus act(MoveAction action) {
        return http.act(only(), action);
    }

    @Override
    public List<String> runsWithoutExperiment() {
        return http.runsWithoutExperiment(only());
    }

    @Override
    public void tellExperiments(List<RunRef> runs) {
        http.tellExperiments(only(), runs);
    }

    private String only() {
        if (instances.addresses().size() > 1) {
            throw new Problem.InvalidState(
                            "Several instances of metrics-svc share the runs: points are moved by one alone."
                                    + " Go on with one instance, move, and start several again")
                    .toException();
        }
        return instances.addresses().getFirst();
    }
}
