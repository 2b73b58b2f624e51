package dev.fourfold.gateway.http;

/** The store that gave an answer's data, as the header {@value #HEADER} tells it. */
public enum Store {
    POSTGRESQL("postgresql"),
    REDIS("redis"),
    INFLUXDB("influxdb"),
    MONGODB("mongodb"),
    ARTIFACTS("artifact-store");

    /** Present on answers whose data came from one store. */
    public static final String HEADER = "X-Fourfold-Store";

    private final String headerValue;

    Store(String headerValue) {
        this.headerValue = headerValue;
    }

    /** The name as {@code StoreStatus.part} spells it. */
    public String headerValue() {
        return headerValue;
    }
}
