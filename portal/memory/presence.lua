-- Renews leases, lets go of others, and returns everybody whose lease lives.
--
-- KEYS[1] {presence:NAME}:until   sorted set: member, scored by the millisecond its lease ends
-- KEYS[2] {presence:NAME}:value   hash: member -> what it says of itself
-- ARGV[1] how long a lease lasts, in ms
-- ARGV[2] how many members are held (H)
-- ARGV[3 … 2+2H] member, value, member, value …
-- ARGV[3+2H …] members let go
--
-- Both keys die with the last lease. The clock is Redis' own: nodes' clocks differ.
-- Returns {member, value, member, value …}.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[1])
local held = tonumber(ARGV[2])

for i = 3 + 2 * held, #ARGV do
  redis.call('ZREM', KEYS[1], ARGV[i])
  redis.call('HDEL', KEYS[2], ARGV[i])
end

for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], member)
  redis.call('HDEL', KEYS[2], member)
end

for i = 3, 1 + 2 * held, 2 do
  redis.call('ZADD', KEYS[1], now + lease, ARGV[i])
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
end
if held > 0 then
  redis.call('PEXPIRE', KEYS[1], lease * 2)
  redis.call('PEXPIRE', KEYS[2], lease * 2)
end

return redis.call('HGETALL', KEYS[2])
