"""A stand-in for 100ms: rooms, tokens, recordings and webhooks as documented, for tests and demonstrations.

https://www.100ms.live/docs/server-side/v2 describes what is imitated. Everything is kept in memory.
"""
