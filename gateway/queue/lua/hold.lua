-- What is claimed already, in a line that was built anew. ARGV: epoch, (id, item, fence, until)...

for at = 2, #ARGV, 4 do
  local id, item = ARGV[at], call('HGET', P .. ':items', ARGV[at])
  call('HSET', P .. ':items', id, ARGV[at + 1])
  if item and call('HEXISTS', P .. ':claims', id) == 0 then leave(id, item) end
  call('HSET', P .. ':claims', id, ARGV[at + 2])
  call('ZADD', P .. ':leases', ARGV[at + 3], id)
end
return 1
