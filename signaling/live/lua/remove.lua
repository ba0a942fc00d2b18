-- Take a ticket out, if it is there.
-- KEYS  1 line, 2 ticket, 3 built
-- ARGV  1 contact
-- Replies {'GONE'} or {'UNBUILT'}

if not whole() then
  return { 'UNBUILT' }
end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
count_again()
return { 'GONE' }
