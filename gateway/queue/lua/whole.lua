-- Whether this server, in this run, holds all of the line: nothing was evicted, no older copy came
-- back. ARGV: epoch   → 1 or 0

if call('GET', P .. ':run') ~= call('INFO', 'server'):match('run_id:(%w+)') then return 0 end
local waiting, places = 0, 0
for _, queue in ipairs(call('SMEMBERS', P .. ':queues')) do
  waiting = waiting + call('ZCARD', P .. ':s:' .. queue)
  for _, kind in ipairs({':f:', ':fe:', ':k:', ':ke:'}) do
    places = places + call('ZCARD', P .. kind .. queue)
  end
end
local claimed = call('HLEN', P .. ':claims')
local same = waiting == places and waiting == call('HLEN', P .. ':items') - claimed
return same and call('ZCARD', P .. ':leases') == claimed and 1 or 0
