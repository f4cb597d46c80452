-- ARGV: epoch, id

local item = call('HGET', P .. ':items', ARGV[2])
if not item then return 0 end
if call('HDEL', P .. ':claims', ARGV[2]) == 1 then
  call('ZREM', P .. ':leases', ARGV[2])
else
  leave(ARGV[2], item)
end
call('HDEL', P .. ':items', ARGV[2])
return 1
