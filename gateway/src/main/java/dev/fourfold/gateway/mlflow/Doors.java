package dev.fourfold.gateway.mlflow;

/** The four prefixes under which every route of the protocol is served: SDKs use the first ones, the web page the rest. */
final class Doors {

    static final String API = "/api/2.0/mlflow";
    static final String AJAX = "/ajax-api/2.0/mlflow";
    static final String API_3 = "/api/3.0/mlflow";
    static final String AJAX_3 = "/ajax-api/3.0/mlflow";

    private Doors() {}
}
