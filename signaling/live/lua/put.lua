-- Enter or move a ticket, unless a newer version of it is known.
-- KEYS  1 line, 2 ticket, 3 built
-- ARGV  1 contact, 2 score, 3 version, 4 ticket as JSON
-- Replies {'PUT'}, {'OLD'} or {'UNBUILT'}

local told = whole()
if not told then
  return { 'UNBUILT' }
end
local body = redis.call('HGET', KEYS[2], ARGV[1])
if body then
  local known = read(body, ARGV[1])
  if not known then
    return { 'UNBUILT' }
  end
  if known.version > tonumber(ARGV[3]) then
    return { 'OLD' }
  end
  if body == ARGV[4] and redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then
    return { 'PUT' }
  end
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
tell(told, '+ ' .. ARGV[4])
return { 'PUT' }
