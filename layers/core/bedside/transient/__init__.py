"""What may be lost: drafts, duplicate submissions and counters, in Redis, or in this process while Redis is away."""
