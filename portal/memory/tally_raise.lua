-- Raises totals to what is known elsewhere. Never lowers one.
--
-- KEYS[1] {tally}:life   hash: id, moves
-- KEYS[2] {tally}:total  hash: article -> clicks; always base + what was counted in this life
-- KEYS[3] {tally}:base   hash: article -> clicks brought over from outside this life
-- KEYS[4] {tally}:moved  sorted set: article, scored by the move that changed it last
-- ARGV[1] the life the caller means; another one and nothing is done
-- ARGV[2] 'owed':  the numbers are of a former life and stand beside what this one counted:
--                  base is raised to them, the total by as much
--         'least': the numbers may hold what this life counted: the total is raised to them
-- ARGV[3…] article, number, article, number, …
--
-- Returns 1, or 0 for another life.

if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return 0
end
for i = 3, #ARGV, 2 do
  local article, number = ARGV[i], tonumber(ARGV[i + 1])
  local held = tonumber(redis.call('HGET', ARGV[2] == 'owed' and KEYS[3] or KEYS[2], article) or 0)
  if number > held then
    local more = string.format('%.0f', number - held)
    redis.call('HINCRBY', KEYS[2], article, more)
    redis.call('HINCRBY', KEYS[3], article, more)
    redis.call('ZADD', KEYS[4], redis.call('HINCRBY', KEYS[1], 'moves', 1), article)
  end
end
return 1
