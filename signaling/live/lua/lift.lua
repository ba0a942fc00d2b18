-- Take out the first ticket that a nurse may be offered.
-- KEYS  1 line, 2 ticket, 3 built
-- ARGV  1 what the nurse can take (`video_advice.line.Wants`) as JSON,
--       2 the contact that must be the first, or '' when any will do
-- Replies {'LIFTED', contact, rank}; {'FIRST', contact, rank} when that is another one, left in
--         its place; {'NOBODY'} or {'UNBUILT'}

local told = whole()
if not told then
  return { 'UNBUILT' }
end
local first = first_for(cjson.decode(ARGV[1]))
if first == false then
  return { 'UNBUILT' }
end
if first == nil then
  return { 'NOBODY' }
end
local contact = first[1]
if ARGV[2] ~= '' and ARGV[2] ~= contact then
  return { 'FIRST', contact, first[2] }
end
remove(contact, first[3])
tell(told, '- ' .. contact)
return { 'LIFTED', contact, first[2] }
