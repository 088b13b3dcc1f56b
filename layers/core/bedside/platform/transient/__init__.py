"""What may be lost: kept in Redis, or in this process while Redis is away, and never the base of a decision."""
