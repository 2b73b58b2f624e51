package dev.fourfold.contract;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * One of the instances that a service runs as where each run has one owner among them; {@code 2/3} is the second of
 * three. The owner of a run is the instance number {@code crc32(run id in UTF-8) mod n + 1}: whoever has the same list
 * comes to the same owner, in any language and version.
 *
 * @param number from 1
 * @param of how many there are
 */
public record Instance(int number, int of) {

    /** The instance of a service that runs once. */
    public static final Instance ONLY = new Instance(1, 1);

    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,2})/([1-9]\\d{0,2})");

    /** Checks that the number is one of them. */
    public Instance {
        if (number < 1 || number > of) {
            throw new IllegalArgumentException("There is no instance " + number + " of " + of);
        }
    }

    /** Reads what {@link #toString} writes. @throws IllegalArgumentException for anything else */
    public static Instance parse(String text) {
        var form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("An instance is written 2/3, the second of three, not " + text);
        }
        return new Instance(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
    }

    /** Which of so many instances owns a run. */
    public static Instance ownerOf(String runId, int of) {
        if (of == 1) {
            return ONLY;
        }
        var crc = new CRC32();
        crc.update(runId.getBytes(StandardCharsets.UTF_8));
        return new Instance((int) (crc.getValue() % of) + 1, of);
    }

    /** Whether a run is this instance's own. */
    public boolean owns(String runId) {
        return of == 1 || ownerOf(runId, of).number == number;
    }

    @Override
    public String toString() {
        return number + "/" + of;
    }
}
