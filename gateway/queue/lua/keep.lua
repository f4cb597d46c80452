-- ARGV: epoch, id, fence, until   → 1, or 0: not ours

if call('HGET', P .. ':claims', ARGV[2]) ~= ARGV[3] then return 0 end
call('ZADD', P .. ':leases', ARGV[4], ARGV[2])
return 1
