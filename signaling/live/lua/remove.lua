-- Take a ticket out, if it is there.
-- KEYS  1 line, 2 ticket, 3 built
-- ARGV  1 contact
-- Replies {'GONE'} or {'UNBUILT'}

local told = whole()
if not told then
  return { 'UNBUILT' }
end
local spot = known(ARGV[1])
if spot then
  remove(ARGV[1], spot)
  tell(told, '- ' .. ARGV[1])
end
return { 'GONE' }
