package dev.fourfold.standalone.up;

import dev.fourfold.contract.Instance;
import dev.fourfold.journal.JournalException;
import dev.fourfold.journal.JournalFolder;
import dev.fourfold.standalone.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the journals of the services are that may have several instances. */
final class Journals {

    /** These services have journals. */
    static final List<String> SERVICES = List.of("metrics", "logs");

    private Journals() {}

    /** The setting that names the folder of a service's journal. */
    static String property(String name) {
        return "fourfold." + name + ".journal-folder";
    }

    /** An instance's folder in the data folder: {@code metrics-svc}, then {@code metrics-svc-2}. */
    static String folder(String name, int number) {
        return name + "-svc" + (number == 1 ? "" : "-" + number);
    }

    /** The folder of an instance's journal: in the data folder, or beside the one that was given. */
    static Path of(String name, int number, Settings settings, Map<String, String> properties) {
        String given = properties.get(property(name));
        if (given == null || Path.of(given).equals(unlessSaid(name, 1, settings))) {
            return unlessSaid(name, number, settings);
        }
        return Path.of(number == 1 ? given : given + "-" + number);
    }

    private static Path unlessSaid(String name, int number, Settings settings) {
        return settings.dataDir().resolve(folder(name, number)).resolve("journal");
    }

    /** Refuses a start that would leave acknowledged records to an instance that is not their runs' owner, or to none. */
    static void check(Settings settings, Map<String, String> properties) {
        for (String name : SERVICES) {
            int instances = settings.instances(name);
            for (int number = 1; number <= instances || exists(name, number, settings, properties); number++) {
                var plan =
                        number <= instances ? Optional.of(new Instance(number, instances)) : Optional.<Instance>empty();
                check(name, of(name, number, settings, properties), plan);
            }
        }
    }

    private static boolean exists(String name, int number, Settings settings, Map<String, String> properties) {
        return Files.isDirectory(of(name, number, settings, properties));
    }

    private static void check(String name, Path journal, Optional<Instance> plan) {
        try {
            JournalFolder.foreign(journal, plan).ifPresent(held -> {
                throw new CommandFailure(journal + " holds " + held.records() + " records that instance "
                        + held.instance() + " of " + name
                        + "-svc took and that are not in the store yet. Start once more"
                        + " with " + (held.instance().of() == 1 ? "" : "--separate ") + "--" + name + "-instances "
                        + held.instance().of()
                        + ", wait until GET /api/v1/health says that each of its journals holds 0"
                        + " bytes, stop, and change the number then.");
            });
        } catch (JournalException e) {
            throw new CommandFailure("The journal in " + journal + " cannot be opened: " + e.getMessage());
        }
    }
}
