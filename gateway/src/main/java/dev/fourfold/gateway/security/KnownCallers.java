package dev.fourfold.gateway.security;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.LoadedAnswer;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.metadata.access.AccessOperations;
import dev.fourfold.metadata.access.Credential;
import dev.fourfold.metadata.access.Identity;
import dev.fourfold.metadata.access.User;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Remembers who a verified credential stands for among the hot answers, so that neither PostgreSQL nor a slow hash is asked
 * with each request; a revocation touches what is remembered, and is seen at once.
 *
 * <p>Whoever can read the cache learns no credential there: it is remembered under a keyed hash, whose key is in PostgreSQL
 * and in the gateways only. Whoever can write to it becomes nobody: what is remembered is signed with that key, together
 * with the credential that it was remembered for.
 */
@Singleton
final class KnownCallers {

    private static final String ALGORITHM = "HmacSHA256";

    private final AccessOperations access;
    private final HotAnswers answers;
    private final InstantSource clock = InstantSource.system();
    private volatile @Nullable SecretKeySpec key;

    KnownCallers(AccessOperations access, HotAnswers answers) {
        this.access = access;
        this.answers = answers;
    }

    /** Who shows it; {@code Unauthenticated} where nobody does. */
    Identity verify(Credential credential) {
        byte[] name = hash("name", credential.username() == null ? "" : credential.username(), credential.secret());
        byte[] remembered = answers.read("caller:" + HexFormat.of().formatHex(name), () -> {
                    Identity identity = access.verify(credential);
                    return new LoadedAnswer(write(name, identity), Subjects.ofIdentity(identity));
                })
                .bytes();
        Identity identity = read(name, remembered).orElseGet(() -> access.verify(credential));
        Long expiry = identity.expiryTimeMillis();
        if (expiry != null && !clock.instant().isBefore(Instant.ofEpochMilli(expiry))) {
            throw new Problem.Unauthenticated("The credentials are not valid.").toException();
        }
        return identity;
    }

    private byte[] write(byte[] name, Identity identity) {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            out.writeUTF(identity.user().username());
            out.writeBoolean(identity.user().administrator());
            out.writeLong(identity.user().creationTimeMillis());
            out.writeUTF(Objects.requireNonNullElse(identity.tokenId(), ""));
            out.writeUTF(Objects.requireNonNullElse(identity.sessionId(), ""));
            out.writeLong(Objects.requireNonNullElse(identity.expiryTimeMillis(), Long.MAX_VALUE));
            out.write(signature(name, bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
        }
        return bytes.toByteArray();
    }

    /** Empty where this was not written here, for this credential. */
    private Optional<Identity> read(byte[] name, byte[] remembered) {
        int length = remembered.length - mac().getMacLength();
        if (length <= 0) {
            return Optional.empty();
        }
        byte[] said = Arrays.copyOf(remembered, length);
        byte[] signature = Arrays.copyOfRange(remembered, length, remembered.length);
        if (!MessageDigest.isEqual(signature, signature(name, said))) {
            return Optional.empty();
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(said))) {
            var user = new User(in.readUTF(), in.readBoolean(), in.readLong());
            String tokenId = in.readUTF();
            String sessionId = in.readUTF();
            long expiry = in.readLong();
            return Optional.of(new Identity(
                    user,
                    tokenId.isEmpty() ? null : tokenId,
                    sessionId.isEmpty() ? null : sessionId,
                    expiry == Long.MAX_VALUE ? null : expiry));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: it is signed, so it was written above.
        }
    }

    private byte[] signature(byte[] name, byte[] said) {
        Mac mac = mac();
        mac.update((byte) 's');
        mac.update(name);
        return mac.doFinal(said);
    }

    /** Of parts that cannot run into each other. */
    private byte[] hash(String... parts) {
        Mac mac = mac();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            mac.update(Integer.toString(bytes.length).getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) ':');
            mac.update(bytes);
        }
        return mac.doFinal();
    }

    private Mac mac() {
        SecretKeySpec known = key;
        if (known == null) {
            known = new SecretKeySpec(access.credentialKey(), ALGORITHM);
            key = known;
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(known);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }
}
