package dev.fourfold.cache.redis;

/**
 * The atomic scripts behind training state. All keys of a namespace begin with {@code ffs:{<namespace>}:}, so they are on
 * one node of a cluster.
 *
 * <ul>
 *   <li>{@code n}: what the namespace stands on, a hash of {@code inc} (the start of Redis it was made for), {@code next}
 *       and {@code limit} (the last token given, and the last that may be), {@code openAt} (before that no lease is
 *       granted), the limits ({@code version}, {@code maxKeys}, {@code maxBytes}, {@code full}, {@code lease}) and the
 *       usage ({@code keys}, {@code bytes})
 *   <li>{@code <kind>:<name>}: an entry, a hash with its weight {@code b}; what else belongs to it is under the same name
 *       with {@code " 1"} or {@code " 2"} after it
 *   <li>{@code r} and {@code a}: requests that were done, {@code <entry> <request>} by when, and of each what it was and what it was
 *       answered
 *   <li>sorted sets of entries: {@code x} by when they expire, {@code e} (may be evicted) and {@code p} (may not) by when
 *       they were written, {@code h} (leases) by until when they are held. Every entry is in one of {@code e}, {@code p}
 *       and {@code h}.
 * </ul>
 *
 * Nothing expires by Redis's own means, as the usage would be wrong then: each script removes a few that are over, and
 * what is over never counts. ARGV[1] is the start of Redis that the connection belongs to; a script that meets a ground
 * of another start does nothing but say so.
 *
 * <p>Redis refuses commands that may take memory when it is full, but for those after a script's first write. So scripts that
 * free memory, or prolong what somebody relies on, begin with a write that takes none; those that add something first try
 * one that takes some.
 */
enum StateScripts implements Script {
    /**
     * ARGV for which start and when the ground was wanted, first and last token, for how long it is unknown who holds what,
     * the limits, and for how long a server that was replaced may go on granting. A ground that comes late is not laid: by
     * then the namespace may have been deleted.
     */
    LAY(Ground.OPTIONAL, Memory.FREES, """
            local at, first = tonumber(ARGV[3]), tonumber(ARGV[4])
            if ARGV[2] ~= ARGV[1] or now - at > 10000 or at - now > 1000 then return {'late'} end
            local gone = redis.call('GET', P .. 'gone')
            if gone and first <= tonumber(gone) then return {'late'} end
            if ground.inc == ARGV[1] and tonumber(ground.next) < tonumber(ground.limit) then
              takeLimits(7, true)
              return {'ok'}
            end
            if ground.limit and first <= tonumber(ground.limit) then return {'late'} end
            if ground.inc ~= ARGV[1] then
              local unknown = tonumber(ARGV[6])
              -- Whatever PostgreSQL says: where there was a ground, somebody may hold something.
              if ground.lease then unknown = math.max(unknown, tonumber(ground.lease)) end
              if unknown > 0 then unknown = unknown + tonumber(ARGV[12]) end
              redis.call('HSET', N, 'inc', ARGV[1], 'openAt', text(now + unknown))
              redis.call('HSETNX', N, 'keys', 0)
              redis.call('HSETNX', N, 'bytes', 0)
              redis.call('HDEL', N, 'version')
            end
            redis.call('HSET', N, 'next', text(first - 1), 'limit', ARGV[5])
            takeLimits(7, true)
            return {'ok'}
            """),
    /** ARGV the limits. Answers keys and bytes. */
    USAGE(Ground.OPTIONAL, Memory.FREES, """
            if not ground.keys then return {'ok', '0', '0'} end
            takeLimits(2, false)
            reap()
            return {'ok', text(live()), redis.call('HGET', N, 'bytes')}
            """),
    /**
     * ARGV the last token that was ever reserved, or 0. Removes some entries, and the ground after the last; a ground of
     * tokens up to that one is not laid any more.
     */
    CLEAR(Ground.OPTIONAL, Memory.FREES, """
            if ground.inc ~= ARGV[1] then
              -- Without tokens nothing was ever given out, so there is nothing that could have been forgotten.
              if not ground.inc and ARGV[2] == '0' then return {'done'} end
              return wanted()
            end
            if closed() then return closed() end
            local held = redis.call('ZCOUNT', P .. 'h', '(' .. text(now), '+inf')
            if held > 0 then return {'leased', text(held)} end
            local left = 500
            for _, set in ipairs({'e', 'p', 'h'}) do
              for _, member in ipairs(redis.call('ZRANGE', P .. set, 0, left)) do
                if left == 0 then return {'more'} end
                forget(member)
                left = left - 1
              end
            end
            redis.call('UNLINK', N, P .. 'r', P .. 'a')
            redis.call('SET', P .. 'gone', text(math.max(tonumber(ground.limit), tonumber(ARGV[2]))), 'PX', 60000)
            return {'done'}
            """),
    /** ARGV name, holder, for how long. */
    ACQUIRE(Ground.NEEDED, Memory.TAKES, """
            if closed() then return closed() end
            local ttl = tonumber(ARGV[4])
            if ttl > tonumber(ground.lease) then return {'long', ground.lease} end
            reap()
            local member = 'l:' .. ARGV[2]
            local lease = heldLease(member)
            if lease then
              if lease.holder ~= ARGV[3] then return {'held', lease.holder, text(lease.deadline - now)} end
              return prolong(member, lease, ttl)
            end
            if tight then return {'memory'} end
            if tonumber(ground.next) >= tonumber(ground.limit) then return wanted() end
            forget(member)
            if not room() then return {'full', ground.maxKeys} end
            local deadline = now + ttl
            local token = text(redis.call('HINCRBY', N, 'next', 1))
            keep(member, #ARGV[2] + #ARGV[3], 'h', deadline, deadline)
            redis.call('HSET', P .. member, 'holder', ARGV[3], 'token', token, 'until', text(deadline))
            return {'ok', ARGV[3], token, ARGV[4]}
            """),
    /** ARGV name, token, for how long. */
    RENEW(Ground.NEEDED, Memory.FREES, """
            local ttl = tonumber(ARGV[4])
            if ttl > tonumber(ground.lease) then return {'long', ground.lease} end
            reap()
            local member = 'l:' .. ARGV[2]
            local lease = heldLease(member)
            if not lease or lease.token ~= ARGV[3] then return {'lost'} end
            return prolong(member, lease, ttl)
            """),
    /** ARGV key, value, for how long or nothing, the version to replace or nothing, request or nothing. */
    SET(Ground.NEEDED, Memory.TAKES, """
            reap()
            local member = 'k:' .. ARGV[2]
            local what = ARGV[6] ~= '' and 's' .. redis.sha1hex(ARGV[3])
            local before, reused = answerTo(member, ARGV[6], what)
            if reused then return reused end
            if before then
              local version, deadline = string.match(before, '^(%d+) (%d*)$')
              return {'ok', ARGV[3], version, deadline ~= '' and text(math.max(0, deadline - now)) or ''}
            end
            local found = storedValue(member)
            if #ARGV[3] > tonumber(ground.maxBytes) then return {'large', ground.maxBytes} end
            local version = found and found.version or '0'
            if ARGV[5] ~= '' and ARGV[5] ~= version then return {'other', version} end
            if tight then return {'memory'} end
            if tonumber(ground.next) >= tonumber(ground.limit) then return wanted() end
            if not found then
              forget(member)
              if not room() then return {'full', ground.maxKeys} end
            end
            local deadline = ARGV[4] ~= '' and now + tonumber(ARGV[4]) or nil
            version = text(redis.call('HINCRBY', N, 'next', 1))
            keep(member, #ARGV[2] + #ARGV[3], 'e', now, deadline)
            local limit = deadline and text(deadline) or ''
            redis.call('HSET', P .. member, 'v', ARGV[3], 'version', version, 'until', limit)
            remember(member, ARGV[6], what, version .. ' ' .. limit)
            return {'ok', ARGV[3], version, ARGV[4]}
            """),
    /** ARGV key. */
    GET(Ground.NEEDED, Memory.LEAVES, """
            local found = storedValue('k:' .. ARGV[2])
            if not found then return {'none'} end
            return answered(found)
            """),
    /** ARGV entry, the version that a value must have or nothing, request or nothing. */
    REMOVE(Ground.NEEDED, Memory.FREES, """
            reap()
            local what = 'r' .. ARGV[3]
            local before, reused = answerTo(ARGV[2], ARGV[4], what)
            if reused then return reused end
            if before then return {'ok', before} end
            local found = storedValue(ARGV[2])
            if found and ARGV[3] ~= '' and ARGV[3] ~= found.version then return {'other', found.version} end
            if found then forget(ARGV[2]) end
            local answer = found and 'yes' or 'no'
            remember(ARGV[2], ARGV[4], what, answer)
            return {'ok', answer}
            """),
    /** ARGV counter, by how much, request or nothing. */
    ADD(Ground.NEEDED, Memory.TAKES, """
            reap()
            local member = 'c:' .. ARGV[2]
            local what = 'a' .. ARGV[3]
            local before, reused = answerTo(member, ARGV[4], what)
            if reused then return reused end
            if before then return {'ok', before} end
            if tight then return {'memory'} end
            if redis.call('EXISTS', P .. member) == 0 and not room() then return {'full', ground.maxKeys} end
            local added = redis.pcall('HINCRBY', P .. member, 'v', ARGV[3])
            if type(added) == 'table' and added.err then return {'over'} end
            local value = redis.call('HGET', P .. member, 'v')
            keep(member, #ARGV[2] + 20, 'e', now, nil)
            remember(member, ARGV[4], what, value)
            return {'ok', value}
            """),
    /** ARGV counter. */
    COUNT(Ground.NEEDED, Memory.LEAVES, """
            local value = redis.call('HGET', P .. 'c:' .. ARGV[2], 'v')
            if not value then return {'none'} end
            return {'ok', value}
            """),
    /** ARGV name, token. */
    RELEASE(Ground.NEEDED, Memory.FREES, """
            reap()
            local member = 'l:' .. ARGV[2]
            local lease = heldLease(member)
            if not lease or lease.token ~= ARGV[3] then return {'ok', 'no'} end
            forget(member)
            return {'ok', 'yes'}
            """),
    /**
     * ARGV name, worker, parties, generation, for how long the barrier is kept. Answers how many have come, and whether the
     * generation is open.
     */
    ARRIVE(Ground.NEEDED, Memory.TAKES, """
            reap()
            local member = 'b:' .. ARGV[2]
            local workers = P .. member .. ' 1'
            local parties, asked, deadline = tonumber(ARGV[4]), tonumber(ARGV[5]), now + tonumber(ARGV[6])
            local found = redis.call('HMGET', P .. member, 'parties', 'generation', 'until', 'b')
            local known = found[3] and tonumber(found[3]) > now
            local generation = known and tonumber(found[2]) or 0
            local weight = known and tonumber(found[4]) or #ARGV[2]
            if known then
              if tonumber(found[1]) ~= parties then return {'parties', found[1]} end
              -- Who only asks again has nothing written but, now and then, that somebody still comes.
              if tonumber(found[3]) > deadline - 60000 then
                if asked < generation then return {'ok', text(parties), 'yes'} end
                if asked == generation and redis.call('SISMEMBER', workers, ARGV[3]) == 1 then
                  return {'ok', text(redis.call('SCARD', workers)), 'no'}
                end
              end
            end
            if tight then return {'memory'} end
            if not known then
              forget(member)
              if not room() then return {'full', ground.maxKeys} end
            end
            local arrived = parties
            local open = asked < generation
            if not open then
              if asked > generation then
                -- Whoever comes for this one has passed all before: they are open, whether Redis knows it or not.
                redis.call('UNLINK', workers)
                generation, weight = asked, #ARGV[2]
              end
              if redis.call('SADD', workers, ARGV[3]) == 1 then weight = weight + #ARGV[3] end
              arrived = redis.call('SCARD', workers)
              if arrived >= parties then
                open = true
                redis.call('UNLINK', workers)
                generation, weight = generation + 1, #ARGV[2]
              end
            end
            keep(member, weight, 'p', now, deadline)
            redis.call('HSET', P .. member, 'parties', ARGV[4], 'generation', text(generation), 'until', text(deadline))
            return {'ok', text(arrived), open and 'yes' or 'no'}
            """),
    /** ARGV name. Answers the current generation, how many have come for it, and how many must. */
    READ_BARRIER(Ground.NEEDED, Memory.LEAVES, """
            local member = 'b:' .. ARGV[2]
            local found = redis.call('HMGET', P .. member, 'parties', 'generation', 'until')
            if not found[3] or tonumber(found[3]) <= now then return {'none'} end
            return {'ok', found[2], text(redis.call('SCARD', P .. member .. ' 1')), found[1]}
            """),
    /** ARGV name. */
    READ_LEASE(Ground.NEEDED, Memory.LEAVES, """
            if closed() then return closed() end
            local lease = heldLease('l:' .. ARGV[2])
            if not lease then return {'none'} end
            return {'ok', lease.holder, lease.token, text(lease.deadline - now)}
            """);

    private enum Ground {
        OPTIONAL,
        NEEDED
    }

    private enum Memory {
        /** Refused while Redis has none left. */
        TAKES,
        /** Done however full Redis is. */
        FREES,
        /** Only reads. */
        LEAVES
    }

    private static final String COMMON = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local N = KEYS[1]
            local P = string.sub(N, 1, -2)
            local function text(number) return string.format('%.0f', number) end
            local ground = {}
            local fields = redis.call('HGETALL', N)
            for i = 1, #fields, 2 do ground[fields[i]] = fields[i + 1] end
            local function wanted() return {'ground', text(now)} end
            -- Why no lease is granted now; nil where one is.
            local function closed()
              local wait = tonumber(ground.openAt) - now
              if wait > 0 then return {'closed', text(wait)} end
            end
            local function takeLimits(i, same)
              local version = redis.call('HGET', N, 'version')
              if not version or tonumber(ARGV[i]) > tonumber(version) or (same and ARGV[i] == version) then
                redis.call('HSET', N, 'version', ARGV[i], 'maxKeys', ARGV[i + 1], 'maxBytes', ARGV[i + 2],
                    'full', ARGV[i + 3], 'lease', ARGV[i + 4])
              end
            end
            local function forget(member)
              local weight = redis.call('HGET', P .. member, 'b')
              redis.call('UNLINK', P .. member, P .. member .. ' 1', P .. member .. ' 2')
              for _, set in ipairs({'x', 'e', 'p', 'h'}) do redis.call('ZREM', P .. set, member) end
              if weight then -- Last: it takes memory, as Redis sees it.
                redis.call('HINCRBY', N, 'keys', -1)
                redis.call('HINCRBY', N, 'bytes', text(-tonumber(weight)))
              end
            end
            -- Removes some of what is over: more than one command adds.
            local function reap()
              for _, member in ipairs(redis.call('ZRANGEBYSCORE', P .. 'x', '-inf', text(now), 'LIMIT', 0, 20)) do
                forget(member)
              end
            end
            local function live()
              return tonumber(redis.call('HGET', N, 'keys')) - redis.call('ZCOUNT', P .. 'x', '-inf', text(now))
            end
            -- Whether one more entry may come; makes room where the namespace evicts.
            local function room()
              local most = tonumber(ground.maxKeys)
              if live() < most then return true end
              if ground.full == 'evict' then
                for _, member in ipairs(redis.call('ZRANGE', P .. 'e', 0, 19)) do
                  forget(member)
                  if live() < most then return true end
                end
              end
              return false
            end
            -- Counts an entry that is new or written anew; its hash must be written after. No deadline: for ever.
            local function keep(member, weight, set, score, deadline)
              local before = redis.call('HGET', P .. member, 'b')
              if before then
                redis.call('HINCRBY', N, 'bytes', text(weight - tonumber(before)))
              else
                redis.call('HINCRBY', N, 'keys', 1)
                redis.call('HINCRBY', N, 'bytes', text(weight))
              end
              redis.call('HSET', P .. member, 'b', text(weight))
              redis.call('ZADD', P .. set, text(score), member)
              if deadline then
                redis.call('ZADD', P .. 'x', text(deadline), member)
              else
                redis.call('ZREM', P .. 'x', member)
              end
            end
            local function heldLease(member)
              local found = redis.call('HMGET', P .. member, 'holder', 'token', 'until')
              if found[3] and tonumber(found[3]) > now then
                return {holder = found[1], token = found[2], deadline = tonumber(found[3])}
              end
            end
            local function storedValue(member)
              local found = redis.call('HMGET', P .. member, 'v', 'version', 'until')
              if not found[1] then return nil end
              local deadline = found[3] and found[3] ~= '' and tonumber(found[3])
              if deadline and deadline <= now then return nil end
              return {value = found[1], version = found[2], deadline = deadline}
            end
            -- What a request was answered, as long as that is known; or that it was for something else.
            local function answerTo(member, request, what)
              if request == '' then return nil end
              local asked = member .. ' ' .. request
              local at = redis.call('ZSCORE', P .. 'r', asked)
              local kept = at and tonumber(at) > now - 3600000 and redis.call('HGET', P .. 'a', asked)
              if not kept then return nil end
              local was, answer = string.match(kept, '^(%S+) (.*)$')
              if was ~= what then return nil, {'reused'} end
              return answer
            end
            -- For an hour; of more than ten thousand only those of the last minute, however many. Drops more than one adds.
            local function remember(member, request, what, answer)
              if request == '' then return end
              local function drop(before, most)
                for _, old in ipairs(redis.call('ZRANGEBYSCORE', P .. 'r', '-inf', text(before), 'LIMIT', 0, most)) do
                  redis.call('ZREM', P .. 'r', old)
                  redis.call('HDEL', P .. 'a', old)
                end
              end
              drop(now - 3600000, 20)
              local over = redis.call('ZCARD', P .. 'r') - 9999
              if over > 0 then drop(now - 60000, math.min(over, 20)) end
              local asked = member .. ' ' .. request
              redis.call('HSET', P .. 'a', asked, what .. ' ' .. answer)
              redis.call('ZADD', P .. 'r', text(now), asked)
            end
            local function answered(found)
              return {'ok', found.value, found.version, found.deadline and text(found.deadline - now) or ''}
            end
            -- A write that takes no memory and changes nothing: what comes after it is done however full Redis is.
            local function insist() redis.call('HDEL', N, '-') end
            -- Never shortens: the holder may believe what it was told before.
            local function prolong(member, lease, ttl)
              insist()
              local deadline = math.max(lease.deadline, now + ttl)
              redis.call('HSET', P .. member, 'until', text(deadline))
              redis.call('ZADD', P .. 'h', text(deadline), member)
              redis.call('ZADD', P .. 'x', text(deadline), member)
              return {'ok', lease.holder, lease.token, text(deadline - now)}
            end
            """;

    private static final String NEEDED = """
            if ground.inc ~= ARGV[1] then return wanted() end
            """;

    private static final String FREES = """
            insist()
            """;

    /** Tries a write that changes nothing, and that a full Redis refuses. */
    private static final String TAKES = """
            local tried = redis.pcall('RPUSHX', P .. '-', '-')
            local tight = type(tried) == 'table' and tried.err and string.find(tried.err, 'OOM', 1, true)
            if type(tried) == 'table' and tried.err and not tight then return tried end
            """;

    private final String text;

    StateScripts(Ground ground, Memory memory, String body) {
        text = (ground == Ground.NEEDED ? NEEDED : "")
                + switch (memory) {
                    case TAKES -> TAKES;
                    case FREES -> FREES;
                    case LEAVES -> "";
                }
                + body;
    }

    @Override
    public String text() {
        return COMMON + text;
    }
}
