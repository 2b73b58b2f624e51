package dev.fourfold.gateway.mlflow.graphql;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.mlflow.request.Refusals;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The queries of MLflow's web page. What a query gets wrong is told beside the data, as MLflow does; that a store is
 * away is told by the status, as on every other route, so that the page asks again.
 */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class GraphqlController {

    private static final int LONGEST_BODY = 1 << 20;
    private static final Argument<Map<String, Object>> OBJECT = Argument.mapOf(String.class, Object.class);

    private final GraphQL graphql;
    private final JsonMapper json;

    GraphqlController(MlflowSchema schema, JsonMapper json) {
        this.graphql = GraphQL.newGraphQL(schema.schema())
                .defaultDataFetcherExceptionHandler(new Failures())
                .build();
        this.json = json;
    }

    @Access(AccessLevel.READ)
    @Post("/graphql")
    HttpResponse<byte[]> query(HttpRequest<?> request) {
        if (!request.getContentType()
                .filter(type -> type.getName().equalsIgnoreCase(MediaType.APPLICATION_JSON))
                .isPresent()) {
            throw Refusals.refusal("Bad Request. Content-Type must be one of ['application/json'].");
        }
        Map<String, Object> body = read(Bodies.readText(request, LONGEST_BODY));
        if (!(body.get("query") instanceof String query) || query.isBlank()) {
            throw Refusals.missing("query");
        }
        return Json.ok(execute(query, body));
    }

    private byte[] execute(String query, Map<String, Object> body) {
        try {
            var excess = QueryLimits.excess(Parser.parse(query));
            if (excess.isPresent()) {
                return answer(null, List.of(excess.get()));
            }
        } catch (InvalidSyntaxException e) {
            throw new Problem.InvalidArgument("The query cannot be read: " + e.getMessage()).toException(e);
        }
        var input = ExecutionInput.newExecutionInput(query);
        if (body.get("operationName") instanceof String name) {
            input.operationName(name);
        }
        if (body.get("variables") instanceof Map<?, ?> variables) {
            input.variables(strings(variables));
        }
        ExecutionInput whole = input.build();
        ExecutionResult result = graphql.execute(whole);
        if (whole.getGraphQLContext().get(Failures.KEY) instanceof RuntimeException failure) {
            throw failure;
        }
        return answer(
                result.getData(),
                result.getErrors().stream().map(GraphQLError::getMessage).toList());
    }

    private Map<String, Object> read(byte[] bytes) {
        try {
            Map<String, Object> body = json.readValue(bytes, OBJECT);
            return body == null ? Map.of() : body;
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The request's body is not a JSON object.").toException(e);
        }
    }

    private static Map<String, Object> strings(Map<?, ?> variables) {
        var strings = new LinkedHashMap<String, Object>();
        variables.forEach((name, value) -> strings.put(String.valueOf(name), value));
        return strings;
    }

    private static byte[] answer(@Nullable Object data, List<String> errors) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeFieldName("data");
            write(out, data);
            out.writeFieldName("errors");
            write(out, errors.isEmpty() ? null : errors);
            out.writeEndObject();
        });
    }

    /** Whatever a result consists of: what GraphQL's scalars are written as, lists and maps. */
    private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case Map<?, ?> map -> {
                out.writeStartObject();
                for (var entry : map.entrySet()) {
                    out.writeFieldName(String.valueOf(entry.getKey()));
                    write(out, entry.getValue());
                }
                out.writeEndObject();
            }
            case List<?> list -> {
                out.writeStartArray();
                for (Object item : list) {
                    write(out, item);
                }
                out.writeEndArray();
            }
            case Integer number -> out.writeNumber(number);
            case Double number -> out.writeNumber(number);
            case Boolean bool -> out.writeBoolean(bool);
            default -> out.writeString(value.toString());
        }
    }

    /** Keeps what is no mistake of the caller for the whole answer; tells the rest in its own words. */
    private static final class Failures implements DataFetcherExceptionHandler {

        static final String KEY = "fourfold.failure";

        @Override
        public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
                DataFetcherExceptionHandlerParameters parameters) {
            Throwable thrown = parameters.getException();
            String message = "Internal error.";
            if (thrown instanceof ProblemException e && isOfTheCaller(e.problem())) {
                message = e.problem().message();
            } else {
                parameters
                        .getDataFetchingEnvironment()
                        .getGraphQlContext()
                        .put(KEY, thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown));
            }
            return CompletableFuture.completedFuture(DataFetcherExceptionHandlerResult.newResult(
                            GraphqlErrorBuilder.newError(parameters.getDataFetchingEnvironment())
                                    .message("%s", message)
                                    .build())
                    .build());
        }

        private static boolean isOfTheCaller(Problem problem) {
            return switch (problem) {
                case Problem.Internal _, Problem.Unavailable _, Problem.LimitExceeded _ -> false;
                case Problem.InvalidArgument _,
                        Problem.NotFound _,
                        Problem.AlreadyExists _,
                        Problem.InvalidState _,
                        Problem.Conflict _,
                        Problem.Unauthenticated _,
                        Problem.PermissionDenied _,
                        Problem.TooLarge _,
                        Problem.Full _,
                        Problem.Unsupported _ -> true;
            };
        }
    }
}
