-- For claim and head. ARGV: epoch, words: operator, now, until, queue... with \31 between.

local operator, now, till, rest = ARGV[2]:match('^([^\31]*)\31([^\31]*)\31([^\31]*)\31?(.*)$')

local function let_go()
  for _, id in ipairs(call('ZRANGEBYSCORE', P .. ':keeps', '-inf', now)) do
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
  for at = 1, #keys do
    local head = call('ZRANGE', keys[at], 0, 0, 'WITHSCORES')
    if head[1] then
      local due = tonumber(head[2])
      if not best or due < best_due or (due == best_due and before(head[1], best)) then
        best, best_due = head[1], due
      end
    end
  end
  return best and best:sub(17)
end

-- Mostly there are no emergencies, nothing is kept and nobody wants this operator: one look at
-- whether any such key exists, and then only the queues.
local function first()
  local urgent, calm = {P .. ':we:' .. operator}, {}
  for queue in rest:gmatch('[^\31]+') do
    urgent[#urgent + 1] = P .. ':fe:' .. queue
    calm[#calm + 1] = P .. ':f:' .. queue
  end
  if call('EXISTS', P .. ':keeps', P .. ':w:' .. operator, unpack(urgent)) > 0 then
    let_go()
    calm[#calm + 1] = P .. ':w:' .. operator
    local found = first_of(urgent)
    if found then return found end
  end
  return first_of(calm)
end
