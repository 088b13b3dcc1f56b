"""What calls of bookings do while Redis is away."""

from bedside.platform.contract import Degraded

LIMITED = Degraded("rate limit", ("process",), "Bookings are in DynamoDB only. The limit stops runaway pages.")
PAYING = Degraded(
    "rate limits; the caller's id at the payment provider, for a day",
    ("record", "process"),
    "The id is in DynamoDB too. Each environment limits by itself, and DynamoDB decides who gets a time.",
)
