-- ARGV: epoch, id, fence, item   → 1, or 0: not ours

if call('HGET', P .. ':claims', ARGV[2]) ~= ARGV[3] then return 0 end
call('HSET', P .. ':items', ARGV[2], ARGV[4])
stand(ARGV[2], ARGV[4])
call('HDEL', P .. ':claims', ARGV[2])
call('ZREM', P .. ':leases', ARGV[2])
return 1
