package dev.fourfold.gateway.mlflow.request;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Gives controllers their {@link MlflowRequest}. */
@Singleton
final class MlflowRequestBinder implements TypedRequestArgumentBinder<MlflowRequest> {

    private static final Argument<MlflowRequest> TYPE = Argument.of(MlflowRequest.class);

    @Override
    public Argument<MlflowRequest> argumentType() {
        return TYPE;
    }

    @Override
    public BindingResult<MlflowRequest> bind(ArgumentConversionContext<MlflowRequest> context, HttpRequest<?> source) {
        return () -> Optional.of(new MlflowRequest(source));
    }
}
