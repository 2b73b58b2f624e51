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
 *   <li>sorted sets of entries: {@code x} by when they expire, {@code e} (may be evicted) and {@code p} (may not) by when
 *       they were written, {@code h} (leases) by until when they are held. Every entry is in one of {@code e}, {@code p}
 *       and {@code h}.
 * </ul>
 *
 * Nothing expires by Redis's own means, as the usage would be wrong then: each script removes a few that are over, and
 * what is over never counts. ARGV[1] is the start of Redis that the connection belongs to; a script that meets a ground
 * of another start does nothing but say so.
 */
enum StateScripts implements Script {
    /**
     * ARGV for which start and when the ground was wanted, first and last token, for how long it is unknown who holds what,
     * and the limits. A ground that comes late is not laid: by then the namespace may have been deleted.
     */
    LAY(Ground.OPTIONAL, """
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
    USAGE(Ground.OPTIONAL, """
            if not ground.keys then return {'ok', '0', '0'} end
            takeLimits(2, false)
            reap()
            return {'ok', text(live()), redis.call('HGET', N, 'bytes')}
            """),
    /** Removes some entries, and the ground after the last. */
    CLEAR(Ground.NEEDED, """
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
            redis.call('SET', P .. 'gone', ground.limit, 'PX', 60000)
            redis.call('DEL', N)
            return {'done'}
            """),
    /** ARGV name, holder, for how long. */
    ACQUIRE(Ground.NEEDED, """
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
    RENEW(Ground.NEEDED, """
            local ttl = tonumber(ARGV[4])
            if ttl > tonumber(ground.lease) then return {'long', ground.lease} end
            reap()
            local member = 'l:' .. ARGV[2]
            local lease = heldLease(member)
            if not lease or lease.token ~= ARGV[3] then return {'lost'} end
            return prolong(member, lease, ttl)
            """),
    /** ARGV key, value, for how long or nothing, the version to replace or nothing, request or nothing. */
    SET(Ground.NEEDED, """
            reap()
            local member = 'k:' .. ARGV[2]
            local found = storedValue(member)
            if found and ARGV[6] ~= '' and found.request == ARGV[6] then return answered(found) end
            if #ARGV[3] > tonumber(ground.maxBytes) then return {'large', ground.maxBytes} end
            local version = found and found.version or '0'
            if ARGV[5] ~= '' and ARGV[5] ~= version then return {'other', version} end
            if tonumber(ground.next) >= tonumber(ground.limit) then return wanted() end
            if not found then
              forget(member)
              if not room() then return {'full', ground.maxKeys} end
            end
            local deadline = ARGV[4] ~= '' and now + tonumber(ARGV[4]) or nil
            version = text(redis.call('HINCRBY', N, 'next', 1))
            keep(member, #ARGV[2] + #ARGV[3], 'e', now, deadline)
            redis.call('HSET', P .. member, 'v', ARGV[3], 'version', version, 'request', ARGV[6],
                'until', deadline and text(deadline) or '')
            return {'ok', ARGV[3], version, ARGV[4]}
            """),
    /** ARGV key. */
    GET(Ground.NEEDED, """
            local found = storedValue('k:' .. ARGV[2])
            if not found then return {'none'} end
            return answered(found)
            """),
    /** ARGV entry, the version that a value must have or nothing. */
    REMOVE(Ground.NEEDED, """
            reap()
            local found = storedValue(ARGV[2])
            if found and ARGV[3] ~= '' and ARGV[3] ~= found.version then return {'other', found.version} end
            if not found then return {'ok', 'no'} end
            forget(ARGV[2])
            return {'ok', 'yes'}
            """),
    /**
     * ARGV counter, by how much, request or nothing. Requests of the last hour, a thousand at most, are kept with what they
     * were answered: in {@code " 1"} by request, in {@code " 2"} by time.
     */
    ADD(Ground.NEEDED, """
            reap()
            local member = 'c:' .. ARGV[2]
            local key = P .. member
            local request = ARGV[4]
            if request ~= '' then
              local at = redis.call('ZSCORE', key .. ' 2', request)
              if at and tonumber(at) > now - 3600000 then return {'ok', redis.call('HGET', key .. ' 1', request)} end
            end
            local weight = tonumber(redis.call('HGET', key, 'b') or #ARGV[2] + 20)
            if redis.call('EXISTS', key) == 0 and not room() then return {'full', ground.maxKeys} end
            local added = redis.pcall('HINCRBY', key, 'v', ARGV[3])
            if type(added) == 'table' and added.err then return {'over'} end
            local value = redis.call('HGET', key, 'v')
            if request ~= '' then
              local function drop(old)
                for _, one in ipairs(old) do
                  redis.call('HDEL', key .. ' 1', one)
                  redis.call('ZREM', key .. ' 2', one)
                  weight = weight - #one - 20
                end
              end
              drop(redis.call('ZRANGEBYSCORE', key .. ' 2', '-inf', text(now - 3600000), 'LIMIT', 0, 20))
              if redis.call('ZCARD', key .. ' 2') >= 1000 then drop(redis.call('ZRANGE', key .. ' 2', 0, 0)) end
              if redis.call('HSET', key .. ' 1', request, value) == 1 then weight = weight + #request + 20 end
              redis.call('ZADD', key .. ' 2', text(now), request)
            end
            keep(member, weight, 'e', now, nil)
            return {'ok', value}
            """),
    /** ARGV counter. */
    COUNT(Ground.NEEDED, """
            local value = redis.call('HGET', P .. 'c:' .. ARGV[2], 'v')
            if not value then return {'none'} end
            return {'ok', value}
            """),
    /** ARGV name, token. */
    RELEASE(Ground.NEEDED, """
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
    ARRIVE(Ground.NEEDED, """
            reap()
            local member = 'b:' .. ARGV[2]
            local workers = P .. member .. ' 1'
            local parties, asked, deadline = tonumber(ARGV[4]), tonumber(ARGV[5]), now + tonumber(ARGV[6])
            local found = redis.call('HMGET', P .. member, 'parties', 'generation', 'until', 'b')
            local generation, weight = 0, #ARGV[2]
            if found[3] and tonumber(found[3]) > now then
              if tonumber(found[1]) ~= parties then return {'parties', found[1]} end
              generation, weight = tonumber(found[2]), tonumber(found[4])
            else
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
    READ_BARRIER(Ground.NEEDED, """
            local member = 'b:' .. ARGV[2]
            local found = redis.call('HMGET', P .. member, 'parties', 'generation', 'until')
            if not found[3] or tonumber(found[3]) <= now then return {'none'} end
            return {'ok', found[2], text(redis.call('SCARD', P .. member .. ' 1')), found[1]}
            """),
    /** ARGV name. */
    READ_LEASE(Ground.NEEDED, """
            if closed() then return closed() end
            local lease = heldLease('l:' .. ARGV[2])
            if not lease then return {'none'} end
            return {'ok', lease.holder, lease.token, text(lease.deadline - now)}
            """);

    private enum Ground {
        OPTIONAL,
        NEEDED
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
              if weight then
                redis.call('HINCRBY', N, 'keys', -1)
                redis.call('HINCRBY', N, 'bytes', text(-tonumber(weight)))
              end
              redis.call('UNLINK', P .. member, P .. member .. ' 1', P .. member .. ' 2')
              for _, set in ipairs({'x', 'e', 'p', 'h'}) do redis.call('ZREM', P .. set, member) end
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
              local found = redis.call('HMGET', P .. member, 'v', 'version', 'request', 'until')
              if not found[1] then return nil end
              local deadline = found[4] and found[4] ~= '' and tonumber(found[4])
              if deadline and deadline <= now then return nil end
              return {value = found[1], version = found[2], request = found[3], deadline = deadline}
            end
            local function answered(found)
              return {'ok', found.value, found.version, found.deadline and text(found.deadline - now) or ''}
            end
            -- Never shortens: the holder may believe what it was told before.
            local function prolong(member, lease, ttl)
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

    private final String text;

    StateScripts(Ground ground, String body) {
        text = ground == Ground.NEEDED ? NEEDED + body : body;
    }

    @Override
    public String text() {
        return COMMON + text;
    }
}
