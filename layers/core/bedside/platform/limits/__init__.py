"""Rate limits: who may call how often, checked in Redis, or in this process while Redis is away."""
