package dev.fourfold.metadata.registry;

/** MLflow's stages of a model version; every version is in one. */
public enum ModelStage {
    NONE("None"),
    STAGING("Staging"),
    PRODUCTION("Production"),
    ARCHIVED("Archived");

    private final String label;

    ModelStage(String label) {
        this.label = label;
    }

    /** As MLflow writes it. */
    public String label() {
        return label;
    }
}
