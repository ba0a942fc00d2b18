-- Enter or move a ticket, unless a newer version of it is known.
-- KEYS  1 line, 2 ticket, 3 built
-- ARGV  1 contact, 2 version, 3 spot, 4 ticket as JSON
-- Replies {'PUT'}, {'OLD'} or {'UNBUILT'}

local told = whole()
if not told then
  return { 'UNBUILT' }
end
local spot, body = known(ARGV[1])
if spot then
  local ticket = read(body, ARGV[1])
  if not ticket or not redis.call('ZSCORE', KEYS[1], spot) then
    return { 'UNBUILT' }
  end
  if ticket.version > tonumber(ARGV[2]) then
    return { 'OLD' }
  end
  if spot == ARGV[3] and body == ARGV[4] then
    return { 'PUT' }
  end
  redis.call('ZREM', KEYS[1], spot)
end
redis.call('ZADD', KEYS[1], 0, ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3] .. '\n' .. ARGV[4])
tell(told, '+ ' .. ARGV[4])
return { 'PUT' }
