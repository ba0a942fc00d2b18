-- All that is known of a region, as of one moment.
-- KEYS  1 line, 2 ticket, 3 built
-- ARGV  none
-- Replies {'TICKETS', {contact, score, ...} in order, {contact, ticket as JSON, ...} in no order}
--         or {'UNBUILT'}

if not whole() then
  return { 'UNBUILT' }
end
return {
  'TICKETS',
  redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'),
  redis.call('HGETALL', KEYS[2]),
}
