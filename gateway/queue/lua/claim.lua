-- ARGV: epoch, words   → fence, id, item

local id = first()
if not id then return false end
return hold(id, call('HGET', P .. ':items', id), till)
