package dev.fourfold.standalone.up;

/**
 * What {@code up} prints of a store.
 *
 * @param holds what is kept there, for people
 * @param engine the program and its version
 * @param where its address or folder, without credentials
 */
record StoreLine(String holds, String engine, String where) {

    @Override
    public String toString() {
        return String.format("  %-12s %-38s %s", holds, engine, where);
    }
}
