-- ARGV: epoch, id, until   → fence, id, item

local item = call('HGET', P .. ':items', ARGV[2])
if not item or call('HEXISTS', P .. ':claims', ARGV[2]) == 1 then return false end
return hold(ARGV[2], item, ARGV[3])
