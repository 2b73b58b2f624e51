package dev.fourfold.cache.redis;

import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.contract.meters.Disk;
import dev.fourfold.contract.meters.Figure;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreFigures;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How long ago each replica last acknowledged what it had, and the size of append-only files: of one server, or of two
 * where training state has its own.
 */
@Singleton
final class RedisFigures implements StoreFigures {

    private static final Pattern REPLICA =
            Pattern.compile("(?m)^slave\\d+:ip=([^,]+),port=(\\d+),state=\\w+,offset=\\d+,lag=(\\d+)");
    private static final Pattern APPENDED = Pattern.compile("(?m)^aof_current_size:(\\d+)");

    private final RedisLink answers;
    private final RedisLink state;
    private final Disk disk;

    RedisFigures(
            @Named(RedisLinks.ANSWERS) RedisLink answers,
            @Named(RedisLinks.STATE) RedisLink state,
            @Value("${fourfold.disk.redis:}") String disk) {
        this.answers = answers;
        this.state = state;
        this.disk = Disk.of(Store.REDIS, disk);
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public List<Figure> ask() throws IOException, CacheAwayException {
        var figures = new ArrayList<Figure>();
        double appended = 0;
        boolean appends = false;
        for (RedisLink link : answers.where().equals(state.where()) ? List.of(state) : List.of(state, answers)) {
            var commands = link.live().connection().sync();
            figures.addAll(lags(commands.info("replication")));
            var size = APPENDED.matcher(commands.info("persistence"));
            if (size.find()) {
                appends = true;
                appended += Double.parseDouble(size.group(1));
            }
        }
        if (appends) {
            figures.addAll(disk.used(appended));
        }
        return figures;
    }

    /** A replica that still copies everything says so with a lag of its own, too. */
    static List<Figure> lags(String info) {
        return REPLICA.matcher(info)
                .results()
                .map(found -> Figure.lag(
                        Store.REDIS, found.group(1) + ":" + found.group(2), Double.parseDouble(found.group(3))))
                .toList();
    }
}
