/**
 * What is kept of presence in Redis. Time is Redis' own, in milliseconds.
 *   presence:users      ZSET  user → until when they are shown as online; whoever sweeps them out tells that they are gone
 *   presence:user:{id}  ZSET  connection of that user → when it expires
 *   presence:epoch      HASH  since when the two above are kept without a gap
 *     run       the run of the Redis server; another one may have come back with something older
 *     begun     when the first process told of its connections
 *     settle    how long after that all others have told of theirs as well, or are dead
 *     attended  when a process last swept
 */
export const USERS_KEY = "presence:users";
export const EPOCH_KEY = "presence:epoch";
export const userKey = (userId: string) => `presence:user:${userId}`;

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function user(key) return string.sub(key, #'presence:user:' + 1) end`;

/** KEYS: users, a user's of each connection. ARGV: ttl, each connection. @returns who was offline */
export const TOUCH = `${NOW}
local expiry = now + ARGV[1]
local arrived = {}
for i = 2, #KEYS do
  local shown = tonumber(redis.call('ZSCORE', KEYS[1], user(KEYS[i])) or 0)
  redis.call('ZREMRANGEBYSCORE', KEYS[i], 0, now)
  redis.call('ZADD', KEYS[i], expiry, ARGV[i])
  redis.call('PEXPIREAT', KEYS[i], expiry)
  redis.call('ZADD', KEYS[1], expiry, user(KEYS[i]))
  if shown <= now then arrived[#arrived + 1] = user(KEYS[i]) end
end
return arrived`;

/** KEYS: as of TOUCH. ARGV: grace, each connection. */
export const LEAVE = `${NOW}
for i = 2, #KEYS do
  if redis.call('ZREM', KEYS[i], ARGV[i]) == 1 then
    redis.call('ZREMRANGEBYSCORE', KEYS[i], 0, now)
    local shown = now + ARGV[1]
    local last = tonumber(redis.call('ZREVRANGE', KEYS[i], 0, 0, 'WITHSCORES')[2])
    if last then
      redis.call('PEXPIREAT', KEYS[i], last)
      shown = math.max(shown, last)
    end
    redis.call('ZADD', KEYS[1], 'XX', shown, user(KEYS[i]))
  end
end
return 1`;

const EPOCH = `${NOW}
local epoch = redis.call('HMGET', KEYS[2], 'run', 'begun', 'settle', 'attended')
local run, begun, settle, attended = epoch[1], tonumber(epoch[2]), tonumber(epoch[3]), tonumber(epoch[4])
local kept = run == ARGV[1] and attended and now - attended <= tonumber(ARGV[2])`;

/**
 * KEYS: users, epoch. ARGV: run, refresh, ttl, return, batch, the epoch that this process knows or ''.
 * A process that has seen an earlier epoch is the proof that others may live, who have seen it too.
 * @returns the epoch, whether all is known, who is gone
 */
export const SWEEP = `${EPOCH}
local survives = ARGV[6] ~= '' and ARGV[6] ~= epoch[2]
if not kept then
  begun = now
  settle = tonumber(ARGV[6] ~= '' and ARGV[3] or ARGV[4])
elseif survives then
  settle = tonumber(ARGV[3])
end
redis.call('HSET', KEYS[2], 'run', ARGV[1], 'begun', begun, 'settle', settle, 'attended', now)
local known = now - begun >= settle
local gone = {}
if known then gone = redis.call('ZRANGEBYSCORE', KEYS[1], 0, now, 'LIMIT', 0, ARGV[5]) end
if #gone > 0 then redis.call('ZREM', KEYS[1], unpack(gone)) end
return { tostring(begun), known and 1 or 0, gone }`;

/**
 * KEYS: users, epoch, each user's. ARGV: run, refresh.
 * @returns whether all is known; of each user: 2 connected, 1 leaving, 0 neither
 */
export const LOOK = `${EPOCH}
local found = {}
for i = 3, #KEYS do
  local shown = tonumber(redis.call('ZSCORE', KEYS[1], user(KEYS[i])) or 0)
  found[i - 2] = shown <= now and 0 or 1 + redis.call('EXISTS', KEYS[i])
end
return { kept and now - begun >= settle and 1 or 0, found }`;
