package dev.fourfold.metadata.model;

/** How far a logged model is: its files are on their way, complete, or will never be. */
public enum ModelStatus {
    PENDING,
    READY,
    UPLOAD_FAILED
}
