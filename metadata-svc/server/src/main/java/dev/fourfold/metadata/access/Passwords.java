package dev.fourfold.metadata.access;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Hashes passwords with bcrypt, on so few threads at once that a flood of guesses leaves the others their turn. */
@Singleton
@ServesMetadata
final class Passwords {

    private static final int COST = 11;
    private static final int MIN_LENGTH = 12;
    private static final int MAX_LENGTH = 1000;
    private static final int MIN_DISTINCT = 5;
    private static final int RANDOM_BYTES = 18;
    private static final int MAX_WAIT_SECONDS = 8;
    private static final int MAX_WAITING = 50;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /** Words that guessers try first; a password of these and digits alone is refused. */
    private static final List<String> OBVIOUS = List.of(
            "password",
            "passwort",
            "admin",
            "administrator",
            "changeme",
            "letmein",
            "welcome",
            "qwertyuiop",
            "qwerty",
            "asdfghjkl",
            "zxcvbnm",
            "abcdefghijklmnopqrstuvwxyz",
            "secret",
            "default",
            "fourfold",
            "mlflow",
            "root",
            "test",
            "user",
            "guest",
            "iloveyou",
            "monkey",
            "dragon",
            "master",
            "login");

    private static final BCrypt.Version VERSION = BCrypt.Version.VERSION_2B;

    private final SecureRandom random = new SecureRandom();
    private final Semaphore turns;

    /** Whoever sets a password does not wait behind those who guess. */
    private final Semaphore changes = new Semaphore(1, true);

    private final String nobodys = hash(random());

    @Inject
    Passwords() {
        this(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    /** @param guesses how many are looked at together */
    Passwords(int guesses) {
        turns = new Semaphore(guesses, true);
    }

    /** The hash to keep. */
    String hash(String password) {
        return inTurn(
                changes,
                () -> BCrypt.with(VERSION, random, LongPasswordStrategies.hashSha512(VERSION))
                        .hashToString(COST, password.toCharArray()));
    }

    /** Takes the same time where there is no hash to compare with. */
    boolean matches(String password, @Nullable String hash) {
        boolean same = inTurn(
                turns,
                () -> BCrypt.verifyer(VERSION, LongPasswordStrategies.hashSha512(VERSION))
                        .verify(password.toCharArray(), (hash == null ? nobodys : hash).toCharArray())
                        .verified);
        return same && hash != null;
    }

    private String random() {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Throws for one that is too easy to guess. */
    static void requireStrong(String username, String password) {
        Texts.storable("password", password);
        if (password.codePointCount(0, password.length()) < MIN_LENGTH) {
            throw Texts.invalid("Password must be at least " + MIN_LENGTH + " characters.");
        }
        Texts.atMost(MAX_LENGTH, "password", password);
        if (password.startsWith(AccessService.TOKEN_PREFIX) || password.startsWith(AccessService.SESSION_PREFIX)) {
            throw Texts.invalid(
                    "Password begins as a token or the secret of a session does, and would be taken for one.");
        }
        var rest = password.toLowerCase(Locale.ROOT);
        for (var word : OBVIOUS) {
            rest = rest.replace(word, "");
        }
        rest = rest.replace(username.toLowerCase(Locale.ROOT), "");
        boolean onlyObvious = rest.codePoints().noneMatch(Character::isLetter) && rest.length() < MIN_LENGTH;
        boolean onlyDigits = password.codePoints().allMatch(Character::isDigit);
        if (onlyObvious || onlyDigits || password.codePoints().distinct().count() < MIN_DISTINCT) {
            throw Texts.invalid("Password is too easy to guess.");
        }
    }

    private static <T> T inTurn(Semaphore turns, Supplier<T> work) {
        // Whoever would wait too long anyway is refused at once, and holds up nobody behind.
        if (turns.getQueueLength() >= MAX_WAITING) {
            throw new Problem.LimitExceeded("Too many sign-ins at once", RETRY_AFTER).toException();
        }
        try {
            if (!turns.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new Problem.LimitExceeded("Too many sign-ins at once", RETRY_AFTER).toException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem.LimitExceeded("The sign-in was interrupted", RETRY_AFTER).toException(e);
        }
        try {
            return work.get();
        } finally {
            turns.release();
        }
    }
}
