-- ARGV: epoch, operator, now, until, queue...   → fence, id, item

let_go(ARGV[3])
local id = first(ARGV[2], 5)
if not id then return false end
return hold(id, call('HGET', P .. ':items', id), ARGV[4])
