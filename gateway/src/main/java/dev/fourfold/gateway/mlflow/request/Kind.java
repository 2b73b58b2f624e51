package dev.fourfold.gateway.mlflow.request;

/** The types that fields of MLflow's messages have. */
enum Kind {
    TEXT,
    INT32,
    INT64,
    DOUBLE,
    BOOL,
    CHOICE,
    TEXTS,
    MESSAGE,
    MESSAGES
}
