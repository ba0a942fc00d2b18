"""What the service is: its rules, with no machinery. Standard library and msgspec only.

Nothing here reads a clock, draws a random number or talks to the world; all three come in as
arguments. Times are whole milliseconds since 1970-01-01 UTC (`ids.Instant`).
"""
