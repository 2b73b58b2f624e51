package dev.fourfold.contract.pool;

/**
 * How many connections all instances of a service may open at a PostgreSQL.
 *
 * @param service whose they are
 * @param pool how many one instance may open
 * @param instances how many instances there are
 * @param others how many more are promised to others at the same server
 * @param poolSetting the variable that says {@code pool}
 * @param instancesSetting the variable that says {@code instances}
 * @param othersSetting the variable that says {@code others}
 */
public record PoolDemand(
        String service,
        int pool,
        int instances,
        int others,
        String poolSetting,
        String instancesSetting,
        String othersSetting) {

    /** Checks that the numbers are such. */
    public PoolDemand {
        if (pool < 1) {
            throw new IllegalArgumentException(poolSetting + " is at least 1, not " + pool);
        }
        if (instances < 1) {
            throw new IllegalArgumentException(instancesSetting + " is at least 1, not " + instances);
        }
        if (others < 0) {
            throw new IllegalArgumentException(othersSetting + " is not negative, as " + others + " is");
        }
    }

    /** All of them together. */
    long total() {
        return (long) pool * instances + others;
    }
}
