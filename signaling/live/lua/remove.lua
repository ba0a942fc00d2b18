-- Take a ticket out, if it is there.
-- KEYS  1 line, 2 ticket, 3 built
-- ARGV  1 contact
-- Replies {'GONE'} or {'UNBUILT'}

local told = whole()
if not told then
  return { 'UNBUILT' }
end
local left = redis.call('ZREM', KEYS[1], ARGV[1]) + redis.call('HDEL', KEYS[2], ARGV[1])
if left > 0 then
  tell(told, '- ' .. ARGV[1])
end
return { 'GONE' }
