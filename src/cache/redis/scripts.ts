import { createHash } from 'node:crypto';

/** A Lua script and the hash that Redis knows it by. */
export interface RedisScript {
  readonly lua: string;
  readonly sha: string;
}

/** What must work on a server that is out of memory says so in its first line (Redis 7). */
const ALLOW_OOM = '#!lua flags=allow-oom\n';

/**
 * The counter begins at the server's time in microseconds, so that the numbers of a log that was flushed and begun anew
 * cannot be taken for those that would have followed.
 */
const COUNTER = `
local function begin_counter(counter)
  if redis.call('EXISTS', counter) == 1 then return end
  local now = redis.call('TIME')
  redis.call('SET', counter, now[1] .. string.format('%06d', now[2]))
end
`;

/**
 * Entries may be long. Those older than a minute go before there are 10,000: a follower so far behind is better off
 * dropping what it has.
 */
const APPEND = `${COUNTER}
local function append(log, counter, entry)
  begin_counter(counter)
  local number = redis.call('INCR', counter)
  redis.call('XADD', log, 'MAXLEN', '~', 10000, '*', 'n', redis.call('GET', counter), 'e', entry)
  if number % 128 == 0 then
    redis.call('XTRIM', log, 'MINID', '~', (redis.call('TIME')[1] - 60) .. '000')
  end
end
`;

/** Removes the first `count` keys from `first` on; what follows are marks, renewed where they exist. */
const DROP = `
local function drop(first, count, token, ttl)
  for i = first, first + count - 1 do redis.call('DEL', KEYS[i]) end
  for i = first + count, #KEYS do redis.call('SET', KEYS[i], token .. i, 'XX', 'PX', ttl) end
end
`;

/**
 * KEYS: marks, then value, lease and failure of each key. ARGV: number of marks, token of the lease and its ms, what
 * tokens of new marks begin with and their ms, ms under which marks are refreshed, then for each key the holder seen or ''.
 * Replies with the tokens of the marks, then holder, value and failure of each key.
 */
export const LEASE = script(`
local marks = tonumber(ARGV[1])
local reply = {}
for i = 1, marks do
  local token = redis.call('GET', KEYS[i])
  if not token then
    token = ARGV[4] .. i
    redis.call('SET', KEYS[i], token, 'PX', ARGV[5])
  elseif redis.call('PTTL', KEYS[i]) < tonumber(ARGV[6]) then
    redis.call('PEXPIRE', KEYS[i], ARGV[5])
  end
  reply[i] = token
end
local at = 7
for i = marks + 1, #KEYS, 3 do
  local holder = redis.call('GET', KEYS[i + 1])
  local failure = false
  if ARGV[at] ~= '' then failure = redis.call('HGET', KEYS[i + 2], ARGV[at]) end
  if failure then
    holder = false
  elseif not holder then
    holder = ARGV[2]
    redis.call('SET', KEYS[i + 1], holder, 'PX', ARGV[3])
  end
  reply[i] = holder
  reply[i + 1] = redis.call('GET', KEYS[i])
  reply[i + 2] = failure
  at = at + 1
end
return reply
`);

/** KEYS: leases. ARGV: token, ms. */
export const RENEW = script(`
for i = 1, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
end
`);

/** KEYS: value and lease of each key. ARGV: token, then value and ms of each key. Replies 1 for each one stored. */
export const FILL = script(`
local stored = {}
for i = 1, #KEYS, 2 do
  local held = redis.call('GET', KEYS[i + 1]) == ARGV[1]
  if held then
    redis.call('SET', KEYS[i], ARGV[i + 1], 'PX', ARGV[i + 2])
    redis.call('DEL', KEYS[i + 1])
  end
  stored[#stored + 1] = held and 1 or 0
end
return stored
`);

/** KEYS: lease and failure of each key. ARGV: token, and where there was a failure its bytes and how many ms to keep it. */
export const RELEASE = script(`${ALLOW_OOM}
for i = 1, #KEYS, 2 do
  if redis.call('GET', KEYS[i]) == ARGV[1] then
    redis.call('DEL', KEYS[i])
    if ARGV[2] then
      redis.call('HSET', KEYS[i + 1], ARGV[1], ARGV[2])
      redis.call('PEXPIRE', KEYS[i + 1], ARGV[3])
    end
  end
end
`);

const PUT = `
local function put(first, arg)
  for i = first, #KEYS, 2 do
    redis.call('SET', KEYS[i], ARGV[arg], 'PX', ARGV[arg + 1])
    redis.call('DEL', KEYS[i + 1])
    arg = arg + 2
  end
end
`;

/** KEYS: value and lease of each key. ARGV: value and ms of each key. */
export const STORE = script(`${PUT}
put(1, 1)
`);

/** KEYS: log, counter, then as for STORE. ARGV: entry of the log, then as for STORE. */
export const WRITE = script(`${APPEND}${PUT}
put(3, 2)
append(KEYS[1], KEYS[2], ARGV[1])
`);

/** KEYS: log, counter, keys to remove, marks. ARGV: entry, how many keys to remove, what new tokens begin with, their ms. */
export const INVALIDATE = script(`${ALLOW_OOM}${APPEND}${DROP}
drop(3, tonumber(ARGV[2]), ARGV[3], ARGV[4])
append(KEYS[1], KEYS[2], ARGV[1])
`);

/** KEYS: keys to remove, marks. ARGV: how many keys to remove, what new tokens begin with, their ms. */
export const DROP_ONLY = script(`${ALLOW_OOM}${DROP}
drop(1, tonumber(ARGV[1]), ARGV[2], ARGV[3])
`);

/**
 * KEYS: turn, position, log, counter, keys to remove, marks. ARGV: token of the turn, position, then as INVALIDATE.
 * Replies 0, and does nothing, when the turn is over.
 */
export const FEED = script(`${ALLOW_OOM}${APPEND}${DROP}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
drop(5, tonumber(ARGV[4]), ARGV[5], ARGV[6])
redis.call('SET', KEYS[2], ARGV[2])
append(KEYS[3], KEYS[4], ARGV[3])
return 1
`);

/** KEYS: turn, position. ARGV: token, ms. Replies with the position. */
export const BEGIN_FEED = script(`${ALLOW_OOM}
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return redis.call('GET', KEYS[2])
`);

/**
 * KEYS: log, counter. Replies with the number and the id of the last entry, and begins a counter where there is none.
 * It may write so that a replica, which a primary has become unnoticed, refuses it.
 */
export const POSITION = script(`${ALLOW_OOM}${COUNTER}
begin_counter(KEYS[2])
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
return { redis.call('GET', KEYS[2]), last[1] and last[1][1] or '0-0' }
`);

/** KEYS: known terms, mark of the root. ARGV: term, new token, its ms. Replies 1 when the term was not known. */
export const ADOPT = script(`${ALLOW_OOM}
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'XX', 'PX', ARGV[3])
redis.call('SADD', KEYS[1], ARGV[1])
return 1
`);

/** KEYS: known terms. ARGV: term. */
export const LEARN = script(`${ALLOW_OOM}
redis.call('SADD', KEYS[1], ARGV[1])
`);

function script(lua: string): RedisScript {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
