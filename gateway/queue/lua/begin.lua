-- Empties the line and lets it be built. It stands alone, without what the others begin with.
-- ARGV: epoch while it is built, a fence that was seen, queue...

local P = KEYS[1]
local call = redis.call
call('SET', P .. ':epoch', ARGV[1])
local queues, operators = {}, call('SMEMBERS', P .. ':operators')
for _, queue in ipairs(call('SMEMBERS', P .. ':queues')) do queues[#queues + 1] = queue end
for at = 3, #ARGV do queues[#queues + 1] = ARGV[at] end
for _, queue in ipairs(queues) do
  for _, kind in ipairs({':f:', ':fe:', ':k:', ':ke:', ':s:'}) do
    call('UNLINK', P .. kind .. queue)
  end
end
for _, operator in ipairs(operators) do
  call('UNLINK', P .. ':w:' .. operator, P .. ':we:' .. operator)
end
for _, rest in ipairs({':items', ':claims', ':leases', ':keeps', ':queues', ':operators'}) do
  call('UNLINK', P .. rest)
end
-- Microseconds of the clock: beyond what any line before this one can have counted to.
local time = call('TIME')
local fence = math.max(time[1] * 1000000 + time[2], tonumber(ARGV[2]))
fence = math.max(fence, tonumber(call('GET', P .. ':fence') or '0'))
call('SET', P .. ':fence', string.format('%.0f', fence))
return 1
