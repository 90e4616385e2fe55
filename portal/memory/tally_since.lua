-- Returns the totals that moved after a given move, oldest first.
--
-- KEYS[1] {tally}:life   hash: id, moves
-- KEYS[2] {tally}:total  hash: article -> clicks
-- KEYS[3] {tally}:moved  sorted set: article, scored by the move that changed it last
-- ARGV[1] an id for this life, should it have none yet
-- ARGV[2] the last move the caller knows; 0: he knows nothing
--
-- Returns {life, moves, article, total, article, total, …}. Fewer moves than the caller knows mean
-- that this memory went back in time (an older copy was promoted): then everything is returned.

local life = redis.call('HGET', KEYS[1], 'id')
if not life then
  life = ARGV[1]
  redis.call('HSET', KEYS[1], 'id', life)
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
