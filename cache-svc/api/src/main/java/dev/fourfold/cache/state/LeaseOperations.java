package dev.fourfold.cache.state;

/**
 * Leases: at most one holder each, for a time. A holder counts its time by a monotonic clock from before it asked, and
 * stops by itself at the end. While it is not known who holds what (Redis was started again, or forgot) nobody is granted
 * a lease ({@code Unavailable}), and holders that Redis knows may renew.
 */
public interface LeaseOperations {

    /**
     * Grants a lease that nobody holds; who holds it already is given it again, for no shorter than before.
     *
     * @throws dev.fourfold.contract.ProblemException {@code Conflict} where another holds it; {@code LimitExceeded} in a
     *     full namespace; {@code InvalidArgument}
     */
    Founded<Lease> acquire(String namespace, String name, NewLease lease);

    /** Prolongs a lease, never shortens it; {@code InvalidState} where it is not held under that token any more. */
    Founded<Lease> renew(String namespace, String name, long token, long ttlMillis);

    /** Ends a lease that is held under that token; otherwise does nothing. */
    Founded<Released> release(String namespace, String name, long token);

    /** Who holds a lease; {@code NotFound} where nobody does. */
    Founded<Lease> read(String namespace, String name);
}
