"""What the fake answers instead of success, and what it does not know."""

from typing import Any, Final

_DYNAMODB: Final = "com.amazonaws.dynamodb.v20120810#"
_CORAL: Final = "com.amazon.coral.validate#"


class NotFakedError(Exception):
    """A test asked for something that DynamoDB has and this fake does not: add it here, and to the contract's cases."""


class RefusedError(Exception):
    """DynamoDB refuses the request: its error code, its message, and what else the answer holds."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.more = more

    @property
    def document(self) -> dict[str, Any]:
        """The answer's body."""
        space = _CORAL if self.code == "ValidationException" else _DYNAMODB
        # AWS spells it "Message" where a transaction is cancelled.
        spelling = "Message" if self.code == "TransactionCanceledException" else "message"
        return {"__type": f"{space}{self.code}", spelling: self.message, **self.more}


class InvalidError(RefusedError):
    """A request that DynamoDB refuses whatever is in the table: a ValidationException."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)
