"""What may go wrong on purpose: messages late or lost, and answers other than success."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from local import faults

_ANSWERS = (0, 400, 403, 404, 410, 413, 429, 500, 503)
_MOST_RETRY_AFTER_S = 86_400


def _answer(name: str, value: Any) -> int:  # noqa: ANN401 (JSON of any kind)
    if isinstance(value, bool) or value not in _ANSWERS:
        raise ValueError(f"{name} must be one of {', '.join(map(str, _ANSWERS))}")
    return int(value)


@dataclass(frozen=True)
class Faults(faults.Faults):
    """The switches; every message is answered with `answer` unless that is 0, with Retry-After unless that is 0.

    `delay_ms` holds the answer back; what is dropped was accepted and never arrives.
    """

    READERS: ClassVar[Mapping[str, tuple[str, faults.Reader]]] = {
        **faults.readers(()),
        "answer": ("answer", _answer),
        "retryAfterS": ("retry_after_s", faults.whole(_MOST_RETRY_AFTER_S)),
    }

    answer: int = 0
    retry_after_s: int = 0
