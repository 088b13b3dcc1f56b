"""What may go wrong on purpose at a record: creates one by one, searches, the sign-in, and tokens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from local import faults

# What becomes of one create, in the order of the list: the connection breaks before, while or after the document is
# stored; a status, and whether the document was stored before; a success that names another document, or none.
CREATES = (
    "ok",
    "cut-before",
    "cut-after",
    "401",
    "403",
    "409",
    "409-duplicate",
    "413",
    "422",
    "429",
    "500-before",
    "500-after",
    "503",
    "503-after",
    "408",
    "lie-foreign",
    "lie-nothing",
)
# What becomes of searches: an answer that "page" makes one of a proxy, and "remembered" one of a minute ago.
SEARCHES = ("", "empty", "everything", "remembered", "page", "403", "404", "408", "500", "501", "cut")
SIGN_INS = ("", "401", "429", "500", "cut")


@dataclass(frozen=True)
class Faults(faults.Faults):
    """The switches: `creates` is used up create by create, the others last.

    `refuse_tokens`: so many requests get 401 although their token is good. `retry_after_s` goes with 429 and 503.
    """

    READERS: ClassVar[Mapping[str, tuple[str, faults.Reader]]] = {
        **faults.readers(()),
        "creates": ("creates", lambda name, value: _each(name, value, CREATES)),
        "search": ("search", lambda name, value: _one(name, value, SEARCHES)),
        "signIn": ("sign_in", lambda name, value: _one(name, value, SIGN_INS)),
        "refuseTokens": ("refuse_tokens", faults.whole(100)),
        "retryAfterS": ("retry_after_s", faults.whole(86_400)),
    }

    creates: tuple[str, ...] = ()
    search: str = ""
    sign_in: str = ""
    refuse_tokens: int = 0
    retry_after_s: int = 0


def _one(name: str, value: Any, known: Collection[str]) -> str:  # noqa: ANN401 (JSON of any kind)
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(repr(each) for each in known)}")
    return str(value)


def _each(name: str, value: Any, known: Collection[str]) -> tuple[str, ...]:  # noqa: ANN401 (JSON of any kind)
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list")  # noqa: TRY004 (it is the caller's JSON)
    return tuple(_one(name, each, known) for each in value)
