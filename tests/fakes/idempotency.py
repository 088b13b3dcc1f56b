"""Idempotency keys as the payment provider keeps them: each belongs to one request, and to what came of that."""

from collections.abc import Callable

from bedside.kernel.errors import PaymentRefusedError


class IdempotencyKeys:
    """Remembers what was done under each key."""

    def __init__(self) -> None:
        self._outcomes: dict[str, tuple[object, object]] = {}

    def once[T](self, key: str, request: object, do: Callable[[], T]) -> Callable[[], T]:
        """Do a request unless it has been done, and return what then returns, or raises, what came of it.

        Another request under the same key is refused, and remembered no more.
        """
        if key not in self._outcomes:
            self._outcomes[key] = (request, _outcome(do))
        before, outcome = self._outcomes[key]
        if before != request:
            outcome = PaymentRefusedError("The payment provider refused.", "idempotency_error")

        def tell() -> T:
            if isinstance(outcome, PaymentRefusedError):
                raise outcome
            return outcome  # type: ignore[return-value]  # what `do` returned

        return tell


def _outcome(do: Callable[[], object]) -> object:
    try:
        return do()
    except PaymentRefusedError as refusal:
        return refusal
