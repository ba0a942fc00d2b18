-- Take tokens from a bucket, if it holds enough. A full bucket and an absent one are the same.
-- KEYS  1 bucket: hash, tokens -> how many it held, at -> when (ms)
-- ARGV  1 tokens to take, 2 tokens that flow in each second, 3 tokens it holds at most, 4 now (ms),
--       5 time to fill it (ms)
-- Replies {'YES'} or {'NO'}. The same rule stands in rates.py; content that makes no sense counts
-- as a full bucket.

local cost, per_second, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now, fill = tonumber(ARGV[4]), tonumber(ARGV[5])

local known = redis.pcall('HMGET', KEYS[1], 'tokens', 'at')
if known.err then
  redis.call('DEL', KEYS[1])
  known = {}
end
local tokens, at = tonumber(known[1] or ''), tonumber(known[2] or '')
local sane = tokens and at and tokens >= 0 and tokens <= burst and at <= now + fill
if not sane then
  tokens, at = burst, now
end
if now > at then
  tokens = math.min(burst, tokens + (now - at) * per_second / 1000)
  at = now
end
local reply = 'NO'
if tokens >= cost then
  tokens = tokens - cost
  reply = 'YES'
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at', string.format('%.0f', at))
redis.call('PEXPIRE', KEYS[1], math.ceil(fill) + 60000)
return { reply }
