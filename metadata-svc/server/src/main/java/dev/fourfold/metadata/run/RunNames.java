package dev.fourfold.metadata.run;

import java.util.List;
import java.util.random.RandomGenerator;

/** Invents names for runs and models that come without one: an adjective, a noun and a number, at most 20 characters. */
public final class RunNames {

    private static final List<String> ADJECTIVES = List.of(
            "amber", "ample", "brave", "breezy", "brisk", "calm", "candid", "clever", "coastal", "cosmic", "crisp",
            "dapper", "daring", "deft", "eager", "early", "earnest", "fabled", "fair", "fleet", "frosty", "gentle",
            "gilded", "glad", "golden", "hardy", "hazel", "hidden", "honest", "humble", "ivory", "jolly", "keen",
            "kindly", "lively", "lofty", "loyal", "lucid", "lunar", "mellow", "merry", "mighty", "misty", "modest",
            "nimble", "noble", "novel", "opal", "patient", "polar", "prime", "proud", "quick", "quiet", "rapid", "rosy",
            "royal", "rustic", "sage", "serene", "shiny", "silent", "silver", "sincere", "snowy", "solar", "solid",
            "spry", "stable", "steady", "stellar", "sunny", "swift", "tidal", "tidy", "upbeat", "valiant", "velvet",
            "vivid", "warm", "wise", "witty", "zesty");
    private static final List<String> NOUNS = List.of(
            "acorn", "aspen", "badger", "beacon", "birch", "bison", "breeze", "brook", "canyon", "cedar", "cliff",
            "cloud", "comet", "coral", "crane", "creek", "delta", "dune", "eagle", "ember", "falcon", "fern", "finch",
            "fjord", "forest", "fox", "garden", "geyser", "glade", "grove", "gull", "harbor", "hare", "heron", "hill",
            "island", "ivy", "jaguar", "kelp", "kestrel", "lagoon", "lake", "lark", "linden", "lynx", "maple", "marsh",
            "meadow", "mesa", "meteor", "moon", "moose", "moss", "oak", "orca", "orchid", "osprey", "otter", "owl",
            "panda", "peak", "pine", "planet", "pond", "prairie", "puffin", "quail", "quartz", "raven", "reef", "ridge",
            "river", "robin", "sequoia", "shore", "sparrow", "spruce", "star", "stone", "summit", "swan", "thrush",
            "tiger", "tulip", "tundra", "valley", "walrus", "willow", "wolf", "wren");
    private static final int NUMBERS = 1000;

    private RunNames() {}

    /** A name that others may have too. */
    public static String invent(RandomGenerator random) {
        return ADJECTIVES.get(random.nextInt(ADJECTIVES.size()))
                + "-"
                + NOUNS.get(random.nextInt(NOUNS.size()))
                + "-"
                + random.nextInt(NUMBERS);
    }
}
