-- The number of the last change that was told.
-- KEYS  1 line, 2 ticket, 3 built
-- ARGV  none
-- Replies {'NUMBER', number} or {'UNBUILT'}

local told = whole()
if not told then
  return { 'UNBUILT' }
end
return { 'NUMBER', string.format('%.0f', told) }
