-- Put before every command of the line. KEYS are the same for all of them:
--   1 line    zset, contact -> score; equal scores are in the order of the contact
--   2 ticket  hash, contact -> ticket as JSON
--   3 built   hash, count -> how many tickets there are, told -> number of the last change that was
--             told; absent when the region is unknown
-- All of them reply {'UNBUILT'} and change nothing when the keys are absent, disagree about how many
-- tickets there are, or hold what is no ticket on the way. A key of another type raises WRONGTYPE.
-- Scores travel as strings: a Lua number would be cut to 14 digits when it is written out.
--
-- Each change is told on the channel LINES, in the step that makes it: 'region number + ticket' was
-- entered or moved, 'region number - contact' was taken out, 'region number =': all of it is new.

local PAGE = 64
local LINES = 'va:lines'

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
  redis.call('PUBLISH', LINES, string.match(KEYS[1], '{(.*)}') .. ' ' .. number .. ' ' .. what)
end

-- The ticket of a contact as a table, or nil when `body` is not one.
local function read(body, contact)
  if not body then
    return nil
  end
  local fine, ticket = pcall(cjson.decode, body)
  if
    fine
    and type(ticket) == 'table'
    and ticket.contact == contact
    and type(ticket.version) == 'number'
    and type(ticket.away) == 'boolean'
    and type(ticket.declined_by) == 'table'
    and type(ticket.group) == 'table'
    and type(ticket.group.channel) == 'string'
    and type(ticket.group.competence) == 'string'
    and type(ticket.group.protected) == 'boolean'
    and type(ticket.group.whole) == 'boolean'
  then
    return ticket
  end
  return nil
end

local function set_of(list)
  local set = {}
  for _, one in ipairs(list) do
    if type(one) == 'string' then
      set[one] = true
    end
  end
  return set
end

-- The first ticket in order that the nurse may be offered, as {contact, score}; nil when there is
-- none; false when something on the way is no ticket. The rule is `video_advice.line.serves`.
local function first_for(wants)
  local channels, languages = set_of(wants.channels), set_of(wants.languages)
  local competences = set_of(wants.competences)

  local function fits(group)
    return channels[group.channel]
      and (group.language == cjson.null or languages[group.language])
      and (group.competence == 'general' or competences[group.competence])
      and (wants.protected or not group.protected)
      and (wants.whole or not group.whole)
  end

  local function may(ticket)
    if ticket.away or not fits(ticket.group) then
      return false
    end
    if ticket.named ~= cjson.null then
      return ticket.named == wants.nurse
    end
    return not set_of(ticket.declined_by)[wants.nurse]
  end

  local start = 0
  while true do
    local page = redis.call('ZRANGE', KEYS[1], start, start + PAGE - 1, 'WITHSCORES')
    if #page == 0 then
      return nil
    end
    local contacts = {}
    for at = 1, #page, 2 do
      contacts[#contacts + 1] = page[at]
    end
    local bodies = redis.call('HMGET', KEYS[2], unpack(contacts))
    for at, contact in ipairs(contacts) do
      local ticket = read(bodies[at], contact)
      if not ticket then
        return false
      end
      if may(ticket) then
        return { contact, page[2 * at] }
      end
    end
    start = start + PAGE
  end
end
