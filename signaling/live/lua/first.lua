-- Look at the first ticket that a nurse may be offered, and leave it.
-- KEYS  1 line, 2 ticket, 3 built
-- ARGV  1 what the nurse can take (`video_advice.line.Wants`) as JSON
-- Replies {'FIRST', contact, rank}, {'NOBODY'} or {'UNBUILT'}

if not whole() then
  return { 'UNBUILT' }
end
local first = first_for(cjson.decode(ARGV[1]))
if first == false then
  return { 'UNBUILT' }
end
if first == nil then
  return { 'NOBODY' }
end
return { 'FIRST', first[1], first[2] }
