package dev.fourfold.metadata.search;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * A number that a whole-numbered attribute is compared with. It may have a fraction or lie beyond every long, and the
 * comparison is still exact, because it is turned into one between longs.
 */
record WholeNumbers(BigDecimal number) {

    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    /** No attribute has a value with more digits than this, so longer numbers need not be kept exactly. */
    private static final int MANY_DIGITS = 40;

    private static final BigDecimal BEYOND = BigDecimal.TEN.pow(MANY_DIGITS);

    WholeNumbers {
        number = number.min(BEYOND).max(BEYOND.negate());
        number = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }

    static WholeNumbers ofInteger(String digits) {
        boolean negative = digits.startsWith("-");
        return digits.length() > (negative ? MANY_DIGITS + 1 : MANY_DIGITS)
                ? beyond(negative)
                : new WholeNumbers(new BigDecimal(digits));
    }

    static WholeNumbers ofDecimal(String text) {
        double value = Double.parseDouble(text);
        return Double.isInfinite(value) ? beyond(value < 0) : new WholeNumbers(BigDecimal.valueOf(value));
    }

    private static WholeNumbers beyond(boolean negative) {
        return new WholeNumbers(negative ? BEYOND.negate() : BEYOND);
    }

    /** The condition on a long that means the same. */
    LongCondition toCondition(NumberOperator operator) {
        var floor = number.setScale(0, RoundingMode.FLOOR).toBigInteger();
        var whole = number.compareTo(new BigDecimal(floor)) == 0;
        return switch (operator) {
            case EQUAL ->
                whole && fits(floor) ? new LongCondition.Compare("=", floor.longValue()) : LongCondition.NEVER;
            case NOT_EQUAL ->
                whole && fits(floor) ? new LongCondition.Compare("<>", floor.longValue()) : LongCondition.ALWAYS;
            case LESS -> whole ? below(floor, "<") : below(floor, "<=");
            case LESS_OR_EQUAL -> below(floor, "<=");
            case GREATER -> above(floor, ">");
            case GREATER_OR_EQUAL -> whole ? above(floor, ">=") : above(floor, ">");
        };
    }

    private static LongCondition below(BigInteger bound, String sign) {
        if (bound.compareTo(MAX) > 0) {
            return LongCondition.ALWAYS;
        }
        return bound.compareTo(MIN) < 0 ? LongCondition.NEVER : new LongCondition.Compare(sign, bound.longValue());
    }

    private static LongCondition above(BigInteger bound, String sign) {
        if (bound.compareTo(MIN) < 0) {
            return LongCondition.ALWAYS;
        }
        return bound.compareTo(MAX) > 0 ? LongCondition.NEVER : new LongCondition.Compare(sign, bound.longValue());
    }

    private static boolean fits(BigInteger value) {
        return value.compareTo(MIN) >= 0 && value.compareTo(MAX) <= 0;
    }

    /** A condition on a column of type bigint. */
    sealed interface LongCondition {

        LongCondition ALWAYS = new Constant(true);
        LongCondition NEVER = new Constant(false);

        record Compare(String sql, long value) implements LongCondition {}

        /** True or false for every value that is there. */
        record Constant(boolean outcome) implements LongCondition {}
    }
}
