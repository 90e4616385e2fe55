-- Counts one view, at most once for a reader and an article within the window.
--
-- KEYS[1] {tally}:life             hash: id (of this memory's life), run (of the server it is on),
--                                  moves (grows with every change)
-- KEYS[2] {tally}:total            hash: article -> clicks
-- KEYS[3] {tally}:moved            sorted set: article, scored by the move that changed it last
-- KEYS[4] {tally}:seen:{a}:{mark}  string: the view that was counted; lives for the window
-- KEYS[5] the same under yesterday's mark (or KEYS[4] again), so that midnight splits no visit
-- KEYS[6] {tally}:budget:{network}:{a}   string: clicks of one network on this article this hour
-- KEYS[7] {tally}:budget:{network}       string: clicks of one network on the site this hour
-- KEYS[8] {tally}:base             hash: article -> clicks brought over from outside this life
-- KEYS[9] {tally}:held:{network}   string: clicks of one network held this hour
-- KEYS[10] {tally}:readers:{day}   HyperLogLog: the marks of that day
-- ARGV[1] an id for the life that begins here, if one does
-- ARGV[2] article
-- ARGV[3] view: a random name of this view; the same name again is the same view, asked twice
-- ARGV[4] window in ms; 0: every view is a click
-- ARGV[5] how long KEYS[4] lives in ms
-- ARGV[6] ARGV[7] budgets for KEYS[6] and KEYS[7]; 0: none
-- ARGV[8] how long a budget lives in ms
-- ARGV[9] how many of one network may be held in that time; what comes then is not even remembered
-- ARGV[10] the reader's mark, for KEYS[10]
-- ARGV[11] how long KEYS[10] lives in ms
--
-- Returns {outcome, total, life}; outcome 1 counted, 0 seen before, -1 over the budget and held,
-- -2 far over it.

local life, ran = unpack(redis.call('HMGET', KEYS[1], 'id', 'run'))
local told = redis.pcall('INFO', 'server')
local run = type(told) == 'string' and string.match(told, 'run_id:(%x+)') or ran or ''
if ran ~= run then
  -- Another server, or the same one started anew: its copy may be older than what was told, so
  -- another life begins. What it holds was counted before; whoever knows of more is owed the rest.
  if not life or ran then
    life = ARGV[1]
    redis.call('DEL', KEYS[8])
    local held = redis.call('HGETALL', KEYS[2])
    for i = 1, #held, 2 do
      redis.call('HSET', KEYS[8], held[i], held[i + 1])
    end
  end
  redis.call('HSET', KEYS[1], 'id', life, 'run', run)
end
local article = ARGV[2]

local function answer(outcome)
  return {outcome, tonumber(redis.call('HGET', KEYS[2], article) or 0), life}
end

local before = redis.call('GET', KEYS[4]) or redis.call('GET', KEYS[5])
if before == ARGV[3] then
  return answer(1)
end
local held = 'held:' .. ARGV[3]
if before == held then
  return answer(-1)
end
local function met()
  if redis.call('PFADD', KEYS[10], ARGV[10]) == 1 then
    redis.call('PEXPIRE', KEYS[10], ARGV[11])
  end
end
if before and tonumber(ARGV[4]) > 0 then
  if string.sub(before, 1, 5) ~= 'held:' then
    met()
  end
  return answer(0)
end

for i = 6, 7 do
  local budget = tonumber(ARGV[i])
  if budget > 0 and tonumber(redis.call('GET', KEYS[i]) or 0) >= budget then
    local kept = redis.call('INCR', KEYS[9])
    if kept == 1 then
      redis.call('PEXPIRE', KEYS[9], ARGV[8])
    end
    if kept > tonumber(ARGV[9]) then
      return answer(-2)
    end
    redis.call('SET', KEYS[4], held, 'PX', ARGV[5])
    return answer(-1)
  end
end
for i = 6, 7 do
  if tonumber(ARGV[i]) > 0 and redis.call('INCR', KEYS[i]) == 1 then
    redis.call('PEXPIRE', KEYS[i], ARGV[8])
  end
end

met()
redis.call('SET', KEYS[4], ARGV[3], 'PX', ARGV[5])
redis.call('HINCRBY', KEYS[2], article, 1)
redis.call('ZADD', KEYS[3], redis.call('HINCRBY', KEYS[1], 'moves', 1), article)
return answer(1)
