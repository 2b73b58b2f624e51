package dev.fourfold.examples;

/** What was read back, line by line, and how much of it is not as it was written. */
@SuppressWarnings("SystemOut") // A program for a person at a terminal.
final class Report {

    private int differences;

    /** A heading above the lines that follow. */
    void section(String title) {
        System.out.println(title);
    }

    /** One thing that was written, and what was read. */
    void row(String what, Object expected, Object found) {
        boolean same = expected.equals(found);
        if (!same) {
            differences++;
        }
        System.out.printf(
                "  %-34s %s%s%n", what, String.valueOf(found).strip(), same ? "" : "  NOT AS WRITTEN: " + expected);
    }

    /** How many lines differ. */
    int differences() {
        return differences;
    }
}
