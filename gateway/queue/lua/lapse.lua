-- ARGV: epoch, now, most   → ids, the longest over first

local over = call('ZRANGEBYSCORE', P .. ':leases', '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(over) do
  stand(id, call('HGET', P .. ':items', id))
  call('HDEL', P .. ':claims', id)
  call('ZREM', P .. ':leases', id)
end
return over
