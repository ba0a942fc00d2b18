-- Put before every command of the line. KEYS are the same for all of them:
--   1 line    zset of spots, all of score 0, hence in the order of their bytes. A spot is
--             'part|rank' and the contact: the part of the line, 19 digits by which it is ordered,
--             and who stands there. A part is the key of a group (`video_advice.line.Group`), or
--             '@nurse/key' of those who wait for one nurse alone, or '-' of those who are away.
--   2 ticket  hash, contact -> its spot, a line feed, and the ticket as JSON
--   3 built   hash, count -> how many tickets there are, told -> number of the last change that was
--             told; absent when the region is unknown
-- All of them reply {'UNBUILT'} and change nothing when the keys are absent, disagree about how many
-- tickets there are, or hold what is no ticket on the way. A key of another type raises WRONGTYPE.
--
-- Each change is told on the channel LINES, in the step that makes it: 'region number + ticket' was
-- entered or moved, 'region number - contact' was taken out, 'region number =': all of it is new.

local LINES = 'va:lines'
local REGION = string.match(KEYS[1], '{(.*)}')

-- The number that `told` is, exactly; nil when it is none.
local function number_of(told)
  if type(told) == 'string' and string.match(told, '^%d+$') and tonumber(told) < 2 ^ 53 then
    return tonumber(told)
  end
  return nil
end

-- The number of the last change; nil when the region is unknown or not whole.
local function whole()
  local known = redis.call('HMGET', KEYS[3], 'count', 'told')
  local count = tonumber(known[1] or '')
  if
    count == nil
    or count ~= redis.call('ZCARD', KEYS[1])
    or count ~= redis.call('HLEN', KEYS[2])
  then
    return nil
  end
  return number_of(known[2])
end

local function tell(told, what)
  local number = string.format('%.0f', told + 1)
  redis.call('HSET', KEYS[3], 'count', redis.call('ZCARD', KEYS[1]), 'told', number)
  redis.call('PUBLISH', LINES, REGION .. ' ' .. number .. ' ' .. what)
end

-- The spot of a contact and the JSON of its ticket, as they are stored; nil when it has none.
local function known(contact)
  local stored = redis.call('HGET', KEYS[2], contact)
  if not stored then
    return nil
  end
  local feed = string.find(stored, '\n', 1, true) or 0
  return string.sub(stored, 1, feed - 1), string.sub(stored, feed + 1)
end

local function remove(contact, spot)
  redis.call('ZREM', KEYS[1], spot)
  redis.call('HDEL', KEYS[2], contact)
end

-- The ticket of a contact as a table, or nil when `body` is not one.
local function read(body, contact)
  local fine, ticket = pcall(cjson.decode, body)
  if
    fine
    and type(ticket) == 'table'
    and ticket.contact == contact
    and type(ticket.version) == 'number'
    and type(ticket.declined_by) == 'table'
  then
    return ticket
  end
  return nil
end
