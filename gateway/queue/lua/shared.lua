-- What every script of the line begins with. KEYS[1] is the line's prefix, ARGV[1] its epoch: who
-- names another epoch speaks to a line that is no more, and nothing is done.
--
--   :epoch                what was built last          :fence   number of the newest claim
--   :items    id → item, waiting or claimed            :claims  id → fence of its claim
--   :leases   until → id of what is claimed            :keeps   until → id of what is kept
--   :f:QUEUE  due → place, for anybody (:fe: emergencies)
--   :k:QUEUE  due → place, kept for one operator (:ke: emergencies)
--   :w:OPERATOR  due → place of what wants them (:we: emergencies)
--   :s:QUEUE  since → id                               :queues, :operators  names of the above
--
-- A place is the 16 digits of since and the id: equal scores are ordered by their members' bytes.
-- Microseconds fit the 53 bits of a score until the year 2255.
-- When Redis is full every command that may take memory is refused for the whole script, so the
-- first write of each script is one of those: all of it is done, or nothing.

local P = KEYS[1]
local call = redis.call

if call('GET', P .. ':epoch') ~= ARGV[1] then
  return redis.error_reply('LOST this line is not the one that was built')
end

local function read(item)
  local queue, e, since, due, wanted, till =
    item:match('^[^\31]*\31([^\31]*)\31([^\31]*)\31([^\31]*)\31([^\31]*)\31([^\31]*)\31(.*)$')
  return queue, e, since, due, wanted, till
end

local function stand(id, item)
  local queue, e, since, due, wanted, till = read(item)
  local kept = wanted ~= '' and till ~= ''
  call('ZADD', P .. (kept and ':k' or ':f') .. e .. ':' .. queue, due, since .. id)
  call('ZADD', P .. ':s:' .. queue, since, id)
  call('SADD', P .. ':queues', queue)
  if wanted ~= '' then
    call('ZADD', P .. ':w' .. e .. ':' .. wanted, due, since .. id)
    call('SADD', P .. ':operators', wanted)
    if kept then call('ZADD', P .. ':keeps', till, id) end
  end
end

local function leave(id, item)
  local queue, e, since, due, wanted, till = read(item)
  if call('ZREM', P .. ':f' .. e .. ':' .. queue, since .. id) == 0 then
    call('ZREM', P .. ':k' .. e .. ':' .. queue, since .. id)
  end
  call('ZREM', P .. ':s:' .. queue, id)
  if wanted ~= '' then
    call('ZREM', P .. ':w' .. e .. ':' .. wanted, since .. id)
    call('ZREM', P .. ':keeps', id)
  end
end
