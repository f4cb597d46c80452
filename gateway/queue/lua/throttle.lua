-- Several limits in one go; the same as core.throttle.weigh. It stands alone, without what the line's
-- scripts begin with. KEYS: one for each limit. ARGV: gap, slack, slack of who came before, of each.
-- → 0, or the number of the limit that must be waited for longest and the microseconds
-- A key lives as long as it says anything. The clock is this server's, the same for every gateway.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local due = redis.call('MGET', unpack(KEYS))
local first = not due[1] or tonumber(due[1]) <= now
local longest, over, at, moved = 0, nil, 0, {}
for gap, slack, own in ARGV[1]:gmatch('(%d+) (%d+) (%d+)') do
  at = at + 1
  local known = due[at] and tonumber(due[at]) or now
  if known < now then known = now end
  local wait = known - now - (first and slack or own)
  if wait > longest then longest, over = wait, at end
  moved[at] = known + gap
end
if over then return {over, longest} end
for index = 1, at do
  local lives = math.ceil((moved[index] - now) / 1000)
  redis.call('SET', KEYS[index], string.format('%.0f', moved[index]), 'PX', lives)
end
return 0
