-- ARGV: epoch, id   → how many, or nothing when it does not wait

local item = call('HGET', P .. ':items', ARGV[2])
if not item or call('HEXISTS', P .. ':claims', ARGV[2]) == 1 then return false end
local queue, e, since, due = read(item)
local place = since .. ARGV[2]

local function ahead_in(key)
  local there = call('ZRANK', key, place)
  if there then return there end
  if call('EXISTS', key) == 0 then return 0 end
  call('ZADD', key, due, place) -- for as long as it takes to see where it would stand
  there = call('ZRANK', key, place)
  call('ZREM', key, place)
  return there
end

local count = ahead_in(P .. ':f' .. e .. ':' .. queue) + ahead_in(P .. ':k' .. e .. ':' .. queue)
if e == '' then
  count = count + call('ZCARD', P .. ':fe:' .. queue) + call('ZCARD', P .. ':ke:' .. queue)
end
return count
