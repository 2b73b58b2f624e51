package dev.fourfold.gateway.v1;

import dev.fourfold.contract.Problem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A length of time as {@code mlflow gc --older-than} takes it: {@code 30d}, {@code 2d8h5m20s}. */
final class Age {

    private static final String NUMBER = "(\\d{1,9}(?:\\.\\d{1,9})?)";
    private static final Pattern FORM =
            Pattern.compile("(?=.)(?:" + NUMBER + "d)?(?:" + NUMBER + "h)?(?:" + NUMBER + "m)?(?:" + NUMBER + "s)?");
    private static final long[] UNITS = {86_400_000, 3_600_000, 60_000, 1_000};

    private Age() {}

    static long millis(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new Problem.InvalidArgument("'older_than' is a length of time such as 30d, 8h or 2d8h5m20s.")
                    .toException();
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < UNITS.length; i++) {
            @Nullable String number = form.group(i + 1);
            if (number != null) {
                sum = sum.add(new BigDecimal(number).multiply(BigDecimal.valueOf(UNITS[i])));
            }
        }
        return sum.setScale(0, RoundingMode.CEILING).longValueExact();
    }
}
