-- For claim, take and head.

local function let_go(now)
  local over = call('ZRANGEBYSCORE', P .. ':keeps', '-inf', now)
  for _, id in ipairs(over) do
    local item = call('HGET', P .. ':items', id)
    if item then
      local queue, e, since, due = read(item)
      call('ZADD', P .. ':f' .. e .. ':' .. queue, due, since .. id)
      call('ZREM', P .. ':k' .. e .. ':' .. queue, since .. id)
    end
    call('ZREM', P .. ':keeps', id)
  end
end

local function before(a, b) -- as bytes; Lua's own < goes by the locale
  for at = 1, math.min(#a, #b) do
    local x, y = a:byte(at), b:byte(at)
    if x ~= y then return x < y end
  end
  return #a < #b
end

local function first_of(keys)
  local best, best_due
  for _, key in ipairs(keys) do
    local head = call('ZRANGE', key, 0, 0, 'WITHSCORES')
    if head[1] then
      local due = tonumber(head[2])
      if not best or due < best_due or (due == best_due and before(head[1], best)) then
        best, best_due = head[1], due
      end
    end
  end
  return best and best:sub(17)
end

-- queues from ARGV[at] on
local function first(operator, at)
  local urgent, calm = {}, {}
  for i = at, #ARGV do
    urgent[#urgent + 1] = P .. ':fe:' .. ARGV[i]
    calm[#calm + 1] = P .. ':f:' .. ARGV[i]
  end
  urgent[#urgent + 1] = P .. ':we:' .. operator
  calm[#calm + 1] = P .. ':w:' .. operator
  if call('EXISTS', unpack(urgent)) > 0 then return first_of(urgent) end
  return first_of(calm)
end

local function hold(id, item, till)
  local fence = string.format('%.0f', call('INCR', P .. ':fence'))
  call('HSET', P .. ':claims', id, fence)
  call('ZADD', P .. ':leases', till, id)
  leave(id, item)
  return {fence, id, item}
end
