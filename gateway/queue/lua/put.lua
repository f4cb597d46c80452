-- ARGV: epoch, (id, item)...

for at = 2, #ARGV, 2 do
  if call('HSETNX', P .. ':items', ARGV[at], ARGV[at + 1]) == 1 then
    stand(ARGV[at], ARGV[at + 1])
  end
end
return 1
