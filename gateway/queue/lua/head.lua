-- ARGV: epoch, operator, now, queue...   → id, item

let_go(ARGV[3])
local id = first(ARGV[2], 4)
return id and {id, call('HGET', P .. ':items', id)}
