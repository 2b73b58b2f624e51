package dev.fourfold.metadata.search;

import org.jspecify.annotations.Nullable;

/** How numbers are compared; the sign is the same in MLflow's grammar and in SQL, {@code !=} aside. */
enum NumberOperator {
    EQUAL("=", "="),
    NOT_EQUAL("!=", "<>"),
    LESS("<", "<"),
    LESS_OR_EQUAL("<=", "<="),
    GREATER(">", ">"),
    GREATER_OR_EQUAL(">=", ">=");

    private final String sign;
    private final String sql;

    NumberOperator(String sign, String sql) {
        this.sign = sign;
        this.sql = sql;
    }

    String sign() {
        return sign;
    }

    String sql() {
        return sql;
    }

    /** The operator of this sign, or null. */
    static @Nullable NumberOperator of(String sign) {
        for (var operator : values()) {
            if (operator.sign.equals(sign)) {
                return operator;
            }
        }
        return null;
    }
}
