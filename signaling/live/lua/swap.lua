-- Put a line that was prepared aside in the place of the known one.
-- KEYS  1 line, 2 ticket, 3 built, 4 line prepared, 5 tickets prepared
-- ARGV  1 how many tickets were prepared
-- Replies {'BUILT'}, or {'LOST'} when what was prepared is not whole any more; nothing changes then

local count = tonumber(ARGV[1])
if redis.call('ZCARD', KEYS[4]) ~= count or redis.call('HLEN', KEYS[5]) ~= count then
  return { 'LOST' }
end
-- Numbers go on from the clock, so that one who knows the line as it was before it was wiped, or in
-- a primary that is lost, never takes what comes now for what comes next.
local now = redis.call('TIME')
local told = redis.pcall('HGET', KEYS[3], 'told')
local number = math.max(number_of(told) or 0, tonumber(now[1]) * 1000000 + tonumber(now[2]))
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
if count > 0 then
  redis.call('RENAME', KEYS[4], KEYS[1])
  redis.call('RENAME', KEYS[5], KEYS[2])
  redis.call('PERSIST', KEYS[1])
  redis.call('PERSIST', KEYS[2])
end
tell(number, '=')
return { 'BUILT' }
