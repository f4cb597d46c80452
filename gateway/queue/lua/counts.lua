-- → (queue, waiting, emergencies, oldest since)...

local found = {}
for _, queue in ipairs(call('SMEMBERS', P .. ':queues')) do
  local oldest = call('ZRANGE', P .. ':s:' .. queue, 0, 0, 'WITHSCORES')[2]
  if oldest then
    found[#found + 1] = queue
    found[#found + 1] = call('ZCARD', P .. ':s:' .. queue)
    found[#found + 1] = call('ZCARD', P .. ':fe:' .. queue) + call('ZCARD', P .. ':ke:' .. queue)
    found[#found + 1] = string.format('%.0f', tonumber(oldest))
  end
end
return found
