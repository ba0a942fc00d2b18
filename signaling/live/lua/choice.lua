-- Whose turn it is, put behind shared.lua. The rule is `video_advice.line.serves`. Each part of the
-- line is stepped to, never walked through: it costs the same however many wait in parts that are
-- not hers. Of her own parts only those are walked over whom she has declined herself.

local function set_of(list)
  local set = {}
  for _, one in ipairs(list) do
    if type(one) == 'string' then
      set[one] = true
    end
  end
  return set
end

-- The first spot behind `from` (as for ZRANGEBYLEX) and before `to`, as {part, rank and contact};
-- nil when there is none; false when what stands there is no spot.
local function spot_from(from, to)
  local found = redis.call('ZRANGEBYLEX', KEYS[1], from, '(' .. to, 'LIMIT', 0, 1)[1]
  if not found then
    return nil
  end
  local part, rest = string.match(found, '^([^|]*)|(%d+.*)$')
  if not part or #rest < 20 then
    return false
  end
  return { part = part, rest = rest, spot = found, contact = string.sub(rest, 20) }
end

-- The first spot of each part between `from` and `to` that fits; false when one is no spot.
local function firsts(from, to, fits, into)
  local start = '[' .. from
  while true do
    local one = spot_from(start, to)
    if not one then
      return one == nil
    end
    if fits(one.part) then
      into[#into + 1] = one
    end
    start = '(' .. one.part .. '}'
  end
end

-- The first ticket in order that the nurse may be offered, as {contact, rank, spot}; nil when there
-- is none; false when something on the way is no ticket.
local function first_for(wants)
  local channels, languages = set_of(wants.channels), set_of(wants.languages)
  local competences = set_of(wants.competences)

  local function fits(part)
    local channel, language, competence, protected, all_seats =
      string.match(part, '([^/]*)/([^/]*)/([^/]*)/([^/]*)/([^/]*)$')
    return channels[channel]
      and (language == '' or languages[language])
      and (competence == 'general' or competences[competence])
      and (wants.protected or protected == '')
      and (wants.whole or all_seats == '')
  end

  local all, hers = {}, '@' .. wants.nurse .. '/' .. REGION
  if
    not firsts(REGION .. '/', REGION .. '0', fits, all)
    or not firsts(hers .. '/', hers .. '0', fits, all)
  then
    return false
  end
  while #all > 0 do
    local at = 1
    for other = 2, #all do
      if all[other].rest < all[at].rest then
        at = other
      end
    end
    local one = all[at]
    local spot, body = known(one.contact)
    local ticket = spot == one.spot and read(body, one.contact)
    if not ticket then
      return false
    end
    if string.sub(one.part, 1, 1) == '@' or not set_of(ticket.declined_by)[wants.nurse] then
      return { one.contact, string.sub(one.rest, 1, 19), one.spot }
    end
    local after = spot_from('(' .. one.spot, one.part .. '}')
    if after == false then
      return false
    end
    if after then
      all[at] = after
    else
      table.remove(all, at)
    end
  end
  return nil
end
