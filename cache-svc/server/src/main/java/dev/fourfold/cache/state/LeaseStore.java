package dev.fourfold.cache.state;

/** Keeps leases, by the store's own clock; as {@link GroundStore} in all else. */
public interface LeaseStore {

    /** Grants the lease with a token greater than every one before in the namespace, unless another holds it. */
    Founded<Lease> acquire(String namespace, String name, NewLease lease);

    /** Prolongs what is held under the token. */
    Founded<Lease> renew(String namespace, String name, long token, long ttlMillis);

    /** Ends what is held under the token. */
    Founded<Released> release(String namespace, String name, long token);

    /** What is held. */
    Founded<Lease> read(String namespace, String name);
}
