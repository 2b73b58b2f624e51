package dev.fourfold.cache.redis;

/**
 * The atomic scripts behind hot answers. All keys begin with {@code ff:<generation>:}.
 *
 * <ul>
 *   <li>{@code n}: the clock, a hash of {@code e} (its epoch, random: a clock that was lost comes back as another) and
 *       {@code n} (grows with every token, mark and settlement)
 *   <li>{@code s:<subject>}: a hash of {@code e}, {@code i} (the clock when the subject last changed) and one field
 *       {@code m<mark>} for each mark, holding the time when it ends by itself
 *   <li>{@code a:<key>}: an answer, a hash of {@code e}, {@code n} (the clock of the token that filled it), {@code s}
 *       (its subjects) and {@code b} (its bytes)
 * </ul>
 *
 * An answer counts only while every subject of it is known, of the same epoch, unmarked, and changed last before the
 * answer's token. So whatever Redis forgets (expiry, eviction, FLUSHALL) makes answers worthless, never wrong.
 */
enum Scripts implements Script {
    /** KEYS clock, answer. ARGV subject prefix, a random epoch. Answers {1, bytes}, {2} for marked, or {0, token}. */
    LOOKUP("""
            local epoch = clock(KEYS[1], ARGV[2])
            local a = redis.call('HMGET', KEYS[2], 'e', 'n', 's', 'b')
            if a[1] == epoch then
              local good = true
              for name in string.gmatch(a[3], '[^\\n]+') do
                local s = subject(ARGV[1] .. name)
                if s.marked then return {2} end
                if s.epoch ~= epoch or not s.changed or s.changed >= tonumber(a[2]) then good = false end
              end
              if good then return {1, a[4]} end
            end
            return {0, epoch .. ':' .. tick(KEYS[1]) .. ':' .. now}
            """),
    /** KEYS clock, answer. ARGV subject prefix, epoch, n and time of the token, expiry, subjects, bytes. */
    FILL("""
            local epoch = redis.call('HGET', KEYS[1], 'e')
            local issued = tonumber(ARGV[4])
            if epoch ~= ARGV[2] or now - issued > 30000 or issued - now > 1000 then return 0 end
            local good = true
            for name in string.gmatch(ARGV[6], '[^\\n]+') do
              local key = ARGV[1] .. name
              local s = subject(key)
              if s.marked then
                good = false
              elseif s.epoch ~= epoch or not s.changed then
                dropOverdue(key)
                redis.call('HSET', key, 'e', epoch, 'i', tick(KEYS[1]))
                redis.call('PEXPIRE', key, 660000)
                good = false
              elseif s.changed >= tonumber(ARGV[3]) then
                good = false
              else
                redis.call('PEXPIRE', key, 660000)
              end
            end
            if not good then return 0 end
            redis.call('HSET', KEYS[2], 'e', epoch, 'n', ARGV[3], 's', ARGV[6], 'b', ARGV[7])
            redis.call('PEXPIRE', KEYS[2], ARGV[5])
            return 1
            """),
    /**
     * Answers of a group, whose subjects are the group and their own names. KEYS clock. ARGV subject prefix, a random
     * epoch, answer prefix, the group, the most bytes to give, the names. Answers {2} where the group is marked, or {1,
     * token, bytes or nil for each}; the token is empty where none is missing. Subjects of misses are made known before the token is given, so
     * that it is younger than they are.
     */
    LOOKUP_ALL("""
            local epoch = clock(KEYS[1], ARGV[2])
            local groupKey = ARGV[1] .. ARGV[4]
            local group = subject(groupKey)
            if group.marked then return {2} end
            local result, unknown, missing = {1, ''}, {}, false
            local room = tonumber(ARGV[5])
            if group.epoch ~= epoch or not group.changed then
              unknown[1] = groupKey
              group.changed = nil
            end
            for i = 6, #ARGV do
              local key = ARGV[1] .. ARGV[i]
              local s = subject(key)
              local found = false
              if s.epoch == epoch and s.changed then
                if group.changed and not s.marked and room >= 0 then
                  local a = redis.call('HMGET', ARGV[3] .. ARGV[i], 'e', 'n', 'b')
                  if a[1] == epoch then
                    local n = tonumber(a[2])
                    if s.changed < n and group.changed < n then
                      room = room - #a[3]
                      if room >= 0 then found = a[3] end
                    end
                  end
                end
              elseif not s.marked then
                unknown[#unknown + 1] = key
              end
              result[i - 3] = found
              if not found then missing = true end
            end
            if missing then
              if #unknown > 0 then
                local n = tick(KEYS[1])
                for _, key in ipairs(unknown) do
                  dropOverdue(key)
                  redis.call('HSET', key, 'e', epoch, 'i', n)
                  redis.call('PEXPIRE', key, 660000)
                end
              end
              result[2] = epoch .. ':' .. tick(KEYS[1]) .. ':' .. now
            end
            return result
            """),
    /**
     * Fills what {@link #LOOKUP_ALL} missed. KEYS clock. ARGV subject prefix, epoch, n and time of the token, expiry,
     * answer prefix, the group, and for each answer its name and bytes.
     */
    FILL_ALL("""
            local epoch = redis.call('HGET', KEYS[1], 'e')
            local n, issued = tonumber(ARGV[3]), tonumber(ARGV[4])
            if epoch ~= ARGV[2] or now - issued > 30000 or issued - now > 1000 then return 0 end
            local function fillable(key)
              local s = subject(key)
              if s.marked or s.epoch ~= epoch or not s.changed or s.changed >= n then return false end
              redis.call('PEXPIRE', key, 660000)
              return true
            end
            if not fillable(ARGV[1] .. ARGV[7]) then return 0 end
            for i = 8, #ARGV, 2 do
              if fillable(ARGV[1] .. ARGV[i]) then
                local key = ARGV[6] .. ARGV[i]
                redis.call('HSET', key, 'e', epoch, 'n', ARGV[3], 's', ARGV[7] .. '\\n' .. ARGV[i], 'b', ARGV[i + 1])
                redis.call('PEXPIRE', key, ARGV[5])
              end
            end
            return 1
            """),
    /**
     * KEYS clock. ARGV subject prefix, a random epoch, and for each change: {@code m} to mark or {@code s} to settle, the
     * mark, longest, subjects. One tick does for all of them, as no token is given meanwhile.
     */
    CHANGE("""
            local epoch = clock(KEYS[1], ARGV[2])
            local n = tick(KEYS[1])
            for i = 3, #ARGV, 4 do
              local mark, longest = 'm' .. ARGV[i + 1], tonumber(ARGV[i + 2])
              for name in string.gmatch(ARGV[i + 3], '[^\\n]+') do
                local key = ARGV[1] .. name
                if ARGV[i] == 'm' then
                  if redis.call('HLEN', key) > 2 then dropOverdue(key) end
                  redis.call('HSET', key, 'e', epoch, 'i', n, mark, string.format('%.0f', now + longest))
                  -- Redis logs every expiry: what changes all the time gets one a minute.
                  if redis.call('PTTL', key) < 600000 + longest then
                    redis.call('PEXPIRE', key, string.format('%.0f', 660000 + longest))
                  end
                elseif redis.call('HDEL', key, mark) == 1 then
                  redis.call('HSET', key, 'e', epoch, 'i', n) -- It expires as its mark has set.
                else
                  redis.call('HSET', key, 'e', epoch, 'i', n)
                  redis.call('PEXPIRE', key, string.format('%.0f', 660000 + longest))
                end
              end
            end
            return 1
            """);

    /** Changes nothing, but a server that is a replica by now refuses it; what follows is done however full Redis is. */
    private static final String PRIMARY = """
            redis.call('HDEL', KEYS[1], '-')
            """;

    /** Likewise, and a full Redis refuses it: without a fill answers are slower, without a mark they would be wrong. */
    private static final String PRIMARY_WITH_MEMORY = """
            redis.call('RPUSHX', KEYS[1] .. '-', '-')
            """;

    private static final String COMMON = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local function clock(key, fresh)
              local epoch = redis.call('HGET', key, 'e')
              if not epoch then
                epoch = fresh
                redis.call('HSET', key, 'e', epoch, 'n', 0)
                redis.call('PEXPIRE', key, 86400000)
              elseif time[2] % 64 == 0 then
                redis.call('PEXPIRE', key, 86400000) -- Now and then does, and lets most lookups write nothing.
              end
              return epoch
            end
            local function tick(key)
              return string.format('%.0f', redis.call('HINCRBY', key, 'n', 1))
            end
            local function subject(key)
              local found = {marked = false}
              local fields = redis.call('HGETALL', key)
              for i = 1, #fields, 2 do
                local field, value = fields[i], fields[i + 1]
                if field == 'e' then
                  found.epoch = value
                elseif field == 'i' then
                  found.changed = tonumber(value)
                elseif tonumber(value) > now then
                  found.marked = true
                end
              end
              return found
            end
            local function dropOverdue(key)
              local fields = redis.call('HGETALL', key)
              for i = 1, #fields, 2 do
                if string.sub(fields[i], 1, 1) == 'm' and tonumber(fields[i + 1]) <= now then
                  redis.call('HDEL', key, fields[i])
                end
              end
            end
            """;

    private final String text;

    Scripts(String body) {
        text = body;
    }

    @Override
    public String text() {
        return (this == FILL || this == FILL_ALL ? PRIMARY_WITH_MEMORY : PRIMARY) + COMMON + text;
    }
}
