package dev.fourfold.cache.answer;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules of hot answers over any store: bounds, and that reading never fails. */
@Singleton
final class AnswerService implements AnswerOperations {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerService.class);

    private static final int LONGEST_KEY = 1024;
    private static final int MOST_SUBJECTS = 1000;
    private static final int MOST_KEYS = 2000;
    private static final int LARGEST_ANSWER = 1 << 20;

    /** What one script fills at most; Redis does nothing else meanwhile. */
    private static final int MOST_FILLED = 250;

    private static final int MOST_BYTES_FILLED = 1 << 20;
    private static final Duration LONGEST_EXPIRY = Duration.ofMinutes(10);
    private static final Duration LONGEST_MARK = Duration.ofMinutes(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final AnswerStore store;

    AnswerService(AnswerStore store) {
        this.store = store;
    }

    @Override
    public String incarnation() {
        try {
            return store.incarnation();
        } catch (CacheAwayException e) {
            throw unavailable(e);
        }
    }

    @Override
    public Lookup lookup(CacheView view, String key) {
        checkName(key);
        try {
            return store.lookup(view, key);
        } catch (CacheAwayException e) {
            return new Lookup.Bypass(e.reason());
        }
    }

    @Override
    public void fill(
            CacheView view, String key, String token, Collection<String> subjects, byte[] answer, Duration expiry) {
        checkName(key);
        checkSubjects(subjects);
        if (answer.length > LARGEST_ANSWER || expiry.isNegative() || expiry.isZero()) {
            return;
        }
        try {
            store.fill(
                    view, key, token, subjects, answer, expiry.compareTo(LONGEST_EXPIRY) > 0 ? LONGEST_EXPIRY : expiry);
        } catch (CacheAwayException e) {
            LOG.debug("event=fill-skipped reason=\"{}\"", e.reason());
        }
    }

    @Override
    public ManyLookup lookupAll(CacheView view, String group, List<String> keys) {
        checkName(group);
        if (keys.isEmpty() || keys.size() > MOST_KEYS) {
            throw new Problem.InvalidArgument("1 to " + MOST_KEYS + " keys, not " + keys.size()).toException();
        }
        keys.forEach(AnswerService::checkName);
        try {
            return store.lookupAll(view, group, keys);
        } catch (CacheAwayException e) {
            return new ManyLookup.Bypass(e.reason());
        }
    }

    @Override
    public void fillAll(CacheView view, String group, String token, Map<String, byte[]> answers, Duration expiry) {
        checkName(group);
        answers.keySet().forEach(AnswerService::checkName);
        if (expiry.isNegative() || expiry.isZero()) {
            return;
        }
        Duration bounded = expiry.compareTo(LONGEST_EXPIRY) > 0 ? LONGEST_EXPIRY : expiry;
        try {
            var some = new LinkedHashMap<String, byte[]>();
            int bytes = 0;
            for (var answer : answers.entrySet()) {
                int length = answer.getValue().length;
                if (length > LARGEST_ANSWER) {
                    continue;
                }
                if (some.size() == MOST_FILLED || bytes + length > MOST_BYTES_FILLED) {
                    store.fillAll(view, group, token, some, bounded);
                    some.clear();
                    bytes = 0;
                }
                some.put(answer.getKey(), answer.getValue());
                bytes += length;
            }
            if (!some.isEmpty()) {
                store.fillAll(view, group, token, some, bounded);
            }
        } catch (CacheAwayException e) {
            LOG.debug("event=fill-skipped reason=\"{}\"", e.reason());
        }
    }

    @Override
    public String mark(CacheView view, Collection<String> subjects, Duration longest) {
        checkSubjects(subjects);
        if (longest.isNegative() || longest.isZero() || longest.compareTo(LONGEST_MARK) > 0) {
            throw new Problem.InvalidArgument("A mark lasts up to " + LONGEST_MARK + ", not " + longest).toException();
        }
        String mark = UUID.randomUUID().toString();
        try {
            store.mark(view, mark, subjects, longest);
        } catch (CacheAwayException e) {
            throw unavailable(e);
        }
        return mark;
    }

    @Override
    public void settle(CacheView view, String mark, Collection<String> subjects) {
        checkSubjects(subjects);
        try {
            store.settle(view, mark, subjects);
        } catch (CacheAwayException e) {
            throw unavailable(e);
        }
    }

    private static void checkSubjects(Collection<String> subjects) {
        if (subjects.isEmpty() || subjects.size() > MOST_SUBJECTS) {
            throw new Problem.InvalidArgument("1 to " + MOST_SUBJECTS + " subjects, not " + subjects.size())
                    .toException();
        }
        subjects.forEach(AnswerService::checkName);
    }

    /** A key holds no control characters: a line feed separates subjects in the store. */
    private static void checkName(String name) {
        if (name.isEmpty() || name.length() > LONGEST_KEY || hasControlCharacter(name)) {
            throw new Problem.InvalidArgument(
                            "A cache key or subject has 1 to " + LONGEST_KEY + " characters and no control characters")
                    .toException();
        }
    }

    private static boolean hasControlCharacter(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static ProblemException unavailable(CacheAwayException e) {
        return new Problem.Unavailable("redis", "Redis is away: " + e.reason(), RETRY_AFTER).toException();
    }
}
