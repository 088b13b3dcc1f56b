"""Rate limits, enforced in Redis, or in this process while Redis is down."""
