"""Data that may be lost: held in Redis, or in this process while Redis is down; never the basis of a decision."""
