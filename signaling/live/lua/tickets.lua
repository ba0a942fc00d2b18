-- All that is known of a region, as of one moment.
-- KEYS  1 line, 2 ticket, 3 built
-- ARGV  none
-- Replies {'TICKETS', number of the last change, {spot, ...}, {contact, spot and ticket, ...}} or
--         {'UNBUILT'}

local told = whole()
if not told then
  return { 'UNBUILT' }
end
return {
  'TICKETS',
  string.format('%.0f', told),
  redis.call('ZRANGE', KEYS[1], 0, -1),
  redis.call('HGETALL', KEYS[2]),
}
