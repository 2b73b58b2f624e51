package dev.fourfold.gateway.security;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.http.HttpRequest;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from, for counting what an address gets wrong. What a header says of that is believed of the
 * proxies only that the configuration names: anybody else could say anything.
 */
@Context
final class CallerAddress {

    private static final String FORWARDED_FOR = "X-Forwarded-For";

    /** Nothing that would be looked up as a name. */
    private static final Pattern NUMERIC = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

    /** Whoever has one address of IPv6 mostly has all of these. */
    private static final int IPV6_PREFIX_BYTES = 8;

    private final List<Range> proxies;

    CallerAddress(DoorConfiguration configuration) {
        proxies = configuration.proxies().stream().map(Range::parse).toList();
    }

    /**
     * The address as it is counted. Null from this machine, where a proxy may be that was not named, through which
     * everybody comes.
     */
    @Nullable
    String of(HttpRequest<?> request) {
        InetAddress from = request.getRemoteAddress().getAddress();
        return from == null ? null : of(from, request.getHeaders().getAll(FORWARDED_FOR));
    }

    @Nullable
    String of(InetAddress from, List<String> forwardedFor) {
        InetAddress at = from;
        // Each proxy adds at the end whom it was asked by.
        List<String> hops = Arrays.asList(String.join(",", forwardedFor).split(",", -1));
        for (int i = hops.size() - 1; i >= 0 && isProxy(at); i--) {
            Optional<InetAddress> before = parse(hops.get(i).strip());
            if (before.isEmpty()) {
                break;
            }
            at = before.get();
        }
        return at.isLoopbackAddress() ? null : counted(at);
    }

    private boolean isProxy(InetAddress address) {
        return proxies.stream().anyMatch(range -> range.holds(address));
    }

    private static String counted(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length > IPV6_PREFIX_BYTES) {
            Arrays.fill(bytes, IPV6_PREFIX_BYTES, bytes.length, (byte) 0);
            return literal(bytes).getHostAddress() + "/" + Byte.SIZE * IPV6_PREFIX_BYTES;
        }
        return address.getHostAddress();
    }

    private static Optional<InetAddress> parse(String text) {
        if (!NUMERIC.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // As 300.1.1.1: a proxy says no such thing.
        }
    }

    private static InetAddress literal(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("An address of a length that it had", e);
        }
    }

    /** Addresses that begin alike. */
    private record Range(InetAddress address, int bits) {

        static Range parse(String text) {
            int slash = text.indexOf('/');
            String named = slash < 0 ? text : text.substring(0, slash);
            InetAddress address = CallerAddress.parse(named.strip()).orElseThrow(() -> wrong(text));
            int most = Byte.SIZE * address.getAddress().length;
            try {
                int bits = slash < 0
                        ? most
                        : Integer.parseInt(text.substring(slash + 1).strip());
                if (bits >= 0 && bits <= most) {
                    return new Range(address, bits);
                }
            } catch (NumberFormatException e) {
                throw wrong(text);
            }
            throw wrong(text);
        }

        boolean holds(InetAddress other) {
            byte[] mine = address.getAddress();
            byte[] theirs = other.getAddress();
            if (mine.length != theirs.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % Byte.SIZE;
                if (((mine[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }

        private static ConfigurationException wrong(String text) {
            return new ConfigurationException("FOURFOLD_SECURITY_PROXIES holds '" + text
                    + "', which is no address and no range such as 10.0.0.0/8");
        }
    }
}
