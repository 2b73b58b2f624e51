package dev.fourfold.gateway.v1;

/** Where this family is. */
final class V1 {

    static final String PATH = "/api/v1";

    private V1() {}
}
