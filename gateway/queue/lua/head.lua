-- ARGV: epoch, words   → id, item

local id = first()
return id and {id, call('HGET', P .. ':items', id)}
