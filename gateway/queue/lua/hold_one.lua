-- For claim and take.

local function hold(id, item, till)
  local fence = string.format('%.0f', call('INCR', P .. ':fence'))
  call('HSET', P .. ':claims', id, fence)
  call('ZADD', P .. ':leases', till, id)
  leave(id, item)
  return {fence, id, item}
end
