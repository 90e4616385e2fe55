-- Returns the totals that moved after a given move, oldest first.
--
-- KEYS[1] {tally}:life   hash: id, run, moves
-- KEYS[2] {tally}:total  hash: article -> clicks
-- KEYS[3] {tally}:moved  sorted set: article, scored by the move that changed it last
-- KEYS[4] {tally}:base   hash: article -> clicks brought over from outside this life
-- ARGV[1] an id for the life that begins here, if one does
-- ARGV[2] the last move the caller knows; 0: he knows nothing
--
-- Returns {life, moves, article, total, article, total, …}. Fewer moves than the caller knows mean
-- that this memory went back in time (an older copy was promoted): then everything is returned.

local life, ran = unpack(redis.call('HMGET', KEYS[1], 'id', 'run'))
local told = redis.pcall('INFO', 'server')
local run = type(told) == 'string' and string.match(told, 'run_id:(%x+)') or ran or ''
if ran ~= run then
  -- Another server, or the same one started anew: its copy may be older than what was told, so
  -- another life begins. What it holds was counted before; whoever knows of more is owed the rest.
  if not life or ran then
    life = ARGV[1]
    redis.call('DEL', KEYS[4])
    local held = redis.call('HGETALL', KEYS[2])
    for i = 1, #held, 2 do
      redis.call('HSET', KEYS[4], held[i], held[i + 1])
    end
  end
  redis.call('HSET', KEYS[1], 'id', life, 'run', run)
end
local moves = tonumber(redis.call('HGET', KEYS[1], 'moves') or 0)
local since = tonumber(ARGV[2])
if since > moves then
  since = 0
end
local found = {life, moves}
for _, article in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], string.format('(%.0f', since), '+inf')) do
  found[#found + 1] = tonumber(article)
  found[#found + 1] = tonumber(redis.call('HGET', KEYS[2], article) or 0)
end
return found
