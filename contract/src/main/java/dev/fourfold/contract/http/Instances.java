package dev.fourfold.contract.http;

import dev.fourfold.contract.Instance;
import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreStatus;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of a service's instances: a fixed list, the same for every caller. An address goes to a declarative
 * client in the header {@link #AT}, and from there into the request's address.
 */
public final class Instances {

    /** Header of a declarative client's method: the address of the instance that it calls. Not sent. */
    public static final String AT = "X-Fourfold-At";

    private static final Logger LOG = LoggerFactory.getLogger(Instances.class);

    private final List<String> addresses;

    private Instances(List<String> addresses) {
        this.addresses = List.copyOf(addresses);
    }

    /**
     * Reads a list, in the order of the instances' numbers.
     *
     * @param addresses one or more, with commas between
     * @throws IllegalArgumentException where one is no HTTP address, or comes twice
     */
    public static Instances of(String addresses) {
        var found = new ArrayList<String>();
        for (String part : addresses.split(",", -1)) {
            String address = part.strip().replaceAll("/+$", "");
            if (!address.matches("https?://.+") || URI.create(address).getHost() == null) {
                throw new IllegalArgumentException("'" + part + "' of '" + addresses + "' is no address of a service");
            }
            if (found.contains(address)) {
                throw new IllegalArgumentException(address + " is in the list of instances twice");
            }
            found.add(address);
        }
        return new Instances(found);
    }

    /** Every address, the first instance's first. */
    public List<String> addresses() {
        return addresses;
    }

    /** The address of the instance that owns a run. */
    public String owner(String runId) {
        return addresses.get(Instance.ownerOf(runId, addresses.size()).number() - 1);
    }

    /**
     * Asks each owner of some runs about those that are its own, all at once.
     *
     * @param question gets an owner's address and its runs, in the order given
     * @return the answers, in the order of each owner's first run
     * @throws ProblemException where one of them did
     */
    public <R, A> List<A> ask(List<R> runs, Function<R, String> runId, BiFunction<String, List<R>, A> question) {
        Map<String, List<R>> byOwner = new LinkedHashMap<>();
        for (R run : runs) {
            byOwner.computeIfAbsent(owner(runId.apply(run)), _ -> new ArrayList<>())
                    .add(run);
        }
        if (byOwner.size() < 2) {
            // Of none the service says itself that it is asked for none.
            return List.of(
                    question.apply(runs.isEmpty() ? addresses.getFirst() : owner(runId.apply(runs.getFirst())), runs));
        }
        List<Callable<A>> questions = new ArrayList<>();
        byOwner.forEach((address, own) -> questions.add(() -> question.apply(address, own)));
        return all(questions);
    }

    /**
     * Asks for what every instance knows: the first one that answers.
     *
     * @throws ProblemException that of the last one, where none does
     */
    public <A> A any(Function<String, A> question) {
        for (String address : addresses.subList(0, addresses.size() - 1)) {
            try {
                return question.apply(address);
            } catch (ProblemException e) {
                LOG.debug("instance={} does not answer", address, e);
            }
        }
        return question.apply(addresses.getLast());
    }

    /** Asks for the store that all instances share, as the first one sees it that answers. */
    public StoreStatus store(String part, String service, Function<String, StoreStatus> question) {
        try {
            return any(question);
        } catch (ProblemException e) {
            return new StoreStatus(part, "unknown", null, "behind " + service, false, e.getMessage());
        }
    }

    /** Asks every instance for its journal, all at once. */
    public List<JournalStatus> journals(String service, Function<String, JournalStatus> question) {
        return all(IntStream.rangeClosed(1, addresses.size())
                .<Callable<JournalStatus>>mapToObj(number -> () -> {
                    try {
                        return question.apply(addresses.get(number - 1));
                    } catch (ProblemException e) {
                        return JournalStatus.away(service, new Instance(number, addresses.size()), e.getMessage());
                    }
                })
                .toList());
    }

    private static <A> List<A> all(List<Callable<A>> questions) {
        try (var threads = RequestThreads.perTask()) {
            var answers = new ArrayList<A>();
            for (Future<A> answer : threads.invokeAll(questions)) {
                answers.add(answer.get());
            }
            return answers;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException problem) {
                throw problem;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while services were asked", e);
        }
    }
}
