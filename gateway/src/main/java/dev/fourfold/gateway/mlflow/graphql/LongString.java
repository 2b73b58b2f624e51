package dev.fourfold.gateway.mlflow.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.IntValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.GraphQLScalarType;
import java.util.Locale;

/** An integer of 64 bits, written as text. */
final class LongString implements Coercing<Long, String> {

    static final GraphQLScalarType TYPE = GraphQLScalarType.newScalar()
            .name("LongString")
            .coercing(new LongString())
            .build();

    private LongString() {}

    @Override
    public String serialize(Object number, GraphQLContext context, Locale locale) {
        return number.toString();
    }

    @Override
    public Long parseValue(Object input, GraphQLContext context, Locale locale) {
        try {
            return Long.valueOf(input.toString());
        } catch (NumberFormatException e) {
            throw new CoercingParseValueException("Not an integer of 64 bits", e);
        }
    }

    @Override
    public Long parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
        if (input instanceof IntValue number && number.getValue().bitLength() < Long.SIZE) {
            return number.getValue().longValue();
        }
        throw new CoercingParseLiteralException("Not an integer of 64 bits");
    }
}
