package dev.fourfold.cache.redis;

/**
 * The atomic scripts behind heartbeats. All keys begin with {@code ffh:{hearts}:}.
 *
 * <ul>
 *   <li>{@code i}: a hash of {@code inc}, the start of Redis that all of this belongs to, and {@code open}, since when
 *       nothing was lost: all watchers were there
 *   <li>{@code h}: a hash of hearts by run: number, time that they may be silent, when heard last, whether that was a beat (1) or
 *       the heart was only told of (0), whether it was called silent (1), when it was confirmed last, and who beat
 *   <li>{@code d}: a sorted set of runs by when they are looked at next
 *   <li>{@code w}: a sorted set of watchers by when they were here
 *   <li>{@code t}: there while it is nobody's turn to tell which hearts there are
 * </ul>
 *
 * A script that finds another start of Redis, or nothing, begins with an empty slate: what an old file says of beats says
 * nothing of now. ARGV[1] is the start of Redis that the connection belongs to.
 *
 * <p>Each begins with a write that takes no memory, after which Redis refuses nothing: a beat that a full one refused would be missed
 * like one that never came. How many hearts there are has a bound of its own.
 */
enum HeartScripts implements Script {
    /** ARGV run, time, worker, the most hearts. */
    BEAT("""
            local heart = find(ARGV[2])
            if not heart and redis.call('HLEN', H) >= tonumber(ARGV[5]) then return {'full'} end
            if not heart or heart.heard == '0' or heart.silent == '1' or heart.ttl ~= tonumber(ARGV[3]) then
              return {'unknown', text(now)}
            end
            local confirm = now - heart.confirmed > 60000
            keep(ARGV[2], heart.number, ARGV[3], now, '1', '0', confirm and now or heart.confirmed, ARGV[4], now + heart.ttl)
            return {'ok', text(now), text(heart.number), confirm and 'yes' or 'no'}
            """),
    /**
     * ARGV in which start and when it was asked for, run, number, time, worker. After that time nobody can have called a heart
     * of this number silent yet.
     */
    START("""
            local asked, number, ttl = tonumber(ARGV[3]), tonumber(ARGV[5]), tonumber(ARGV[6])
            if ARGV[2] ~= ARGV[1] or now - asked >= math.min(ttl, 10000) or asked > now then return {'late', text(now)} end
            local heart = find(ARGV[4])
            if heart and heart.number > number then return {'late', text(now)} end
            keep(ARGV[4], number, ARGV[6], now, '1', '0', now, ARGV[7], now + ttl)
            return {'ok', text(now)}
            """),
    /** ARGV the most hearts, then run, number, time and worker of each. */
    ADOPT("""
            for i = 3, #ARGV, 4 do
              local number = tonumber(ARGV[i + 1])
              local heart = find(ARGV[i])
              if not heart and redis.call('HLEN', H) >= tonumber(ARGV[2]) then return {'full'} end
              if not heart or heart.number < number then
                keep(ARGV[i], number, ARGV[i + 2], now, '0', '0', 0, ARGV[i + 3], now + tonumber(ARGV[i + 2]))
              end
            end
            return {'ok'}
            """),
    /**
     * ARGV watcher, gap, turn, how many, how long until they are answered again. A gap that nobody noticed is allowed for
     * by waiting for as long.
     */
    OVERDUE("""
            local turn = redis.call('SET', T, ARGV[2], 'NX', 'PX', ARGV[4])
            local answer = {'ok', turn and 'yes' or 'no', text(redis.call('HLEN', H))}
            if redis.call('EXISTS', D) == 0 then return answer end
            local gap = tonumber(ARGV[3])
            local lost = redis.call('ZREMRANGEBYSCORE', W, '-inf', '(' .. text(now - gap))
            if lost > 0 or redis.call('EXISTS', W) == 0 then
              open = now
              redis.call('HSET', I, 'open', text(now))
            end
            redis.call('ZADD', W, text(now), ARGV[2])
            for _, run in ipairs(redis.call('ZRANGEBYSCORE', D, '-inf', text(now), 'LIMIT', 0, ARGV[5])) do
              local heart = find(run)
              if not heart then
                redis.call('ZREM', D, run)
              else
                local due = math.max(heart.at, open) + heart.ttl + gap
                if due > now then
                  redis.call('ZADD', D, text(due), run)
                else
                  keep(run, heart.number, text(heart.ttl), heart.at, heart.heard, '1', heart.confirmed, heart.worker,
                      now + tonumber(ARGV[6]))
                  for _, part in ipairs({run, text(heart.number), text(heart.at), heart.heard, heart.worker}) do
                    answer[#answer + 1] = part
                  end
                end
              end
            end
            return answer
            """),
    /** ARGV run. */
    READ("""
            local heart = find(ARGV[2])
            if not heart then return {'none', text(now)} end
            return {'ok', text(now), text(heart.number), text(heart.ttl), text(heart.at), heart.heard, heart.worker}
            """),
    /** ARGV run and number of each. */
    FORGET("""
            for i = 2, #ARGV, 2 do
              local heart = find(ARGV[i])
              if heart and heart.number <= tonumber(ARGV[i + 1]) then
                redis.call('HDEL', H, ARGV[i])
                redis.call('ZREM', D, ARGV[i])
              end
            end
            return {'ok'}
            """);

    /** The one key that is named; the others are beside it. */
    static final String KEY = "ffh:{hearts}:i";

    private static final String COMMON = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local I = KEYS[1]
            local P = string.sub(I, 1, -2)
            local H, D, W, T = P .. 'h', P .. 'd', P .. 'w', P .. 't'
            redis.call('HDEL', I, '-')
            local function text(number) return string.format('%.0f', number) end
            local slate = redis.call('HMGET', I, 'inc', 'open')
            local open = now
            if slate[1] == ARGV[1] then
              open = tonumber(slate[2])
            else
              redis.call('UNLINK', H, D, W, T)
              redis.call('HSET', I, 'inc', ARGV[1], 'open', text(now))
            end
            local function find(run)
              local kept = redis.call('HGET', H, run)
              if not kept then return nil end
              local number, ttl, at, heard, silent, confirmed, worker =
                  string.match(kept, '^(%d+) (%d+) (%d+) (%d) (%d) (%d+) (.*)$')
              return {number = tonumber(number), ttl = tonumber(ttl), at = tonumber(at), heard = heard, silent = silent,
                  confirmed = tonumber(confirmed), worker = worker}
            end
            local function keep(run, number, ttl, at, heard, silent, confirmed, worker, look)
              redis.call('HSET', H, run, table.concat(
                  {text(number), ttl, text(at), heard, silent, text(confirmed), worker}, ' '))
              redis.call('ZADD', D, text(look), run)
            end
            """;

    private final String text;

    HeartScripts(String body) {
        text = COMMON + body;
    }

    @Override
    public String text() {
        return text;
    }
}
