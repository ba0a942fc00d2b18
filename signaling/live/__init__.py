"""What is happening now: the waiting line, doorbells between processes, rates. Kept in Redis.

Nothing here is irreplaceable. Any Redis protocol server that knows the commands of Redis 7.0 will
do, Valkey included.
"""
