"""The patient's consent to a recording of their visit: asked for by the practitioner, and given or refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

ConsentDecision = Literal["asked", "given", "refused"]
ConsentState = Literal["none", "asked", "given", "refused"]

# Each request allows at most two answers, given and then withdrawn, so this limits all entries.
MAX_REQUESTS: Final = 10
# A patient who is asked has not answered yet, and a refusal takes precedence over a simultaneous consent.
_ORDER: Final = get_args(ConsentDecision)


@dataclass(frozen=True, slots=True)
class Consent:
    """A request for consent or an answer to it: when (Unix ms), and by whom."""

    at: int
    by: str
    decision: ConsentDecision


def consent_state(consents: Iterable[Consent]) -> ConsentState:
    """Return the latest decision, or "none" if nobody has asked; independent of order and repetition."""
    return max(consents, key=_rank).decision if (consents := tuple(consents)) else "none"


def with_consent(consents: Sequence[Consent], consent: Consent) -> tuple[Consent, ...]:
    """Return the consents, extended by one, in chronological order."""
    return tuple(sorted({*consents, consent}, key=_rank))


def next_consent(consents: Sequence[Consent], by: str, decision: ConsentDecision, now_ms: int) -> Consent:
    """Return a decision that follows all known ones, even if the clocks of the servers that took them differ."""
    return Consent(max([now_ms, *(one.at + 1 for one in consents)]), by, decision)


def may_ask(consents: Iterable[Consent]) -> bool:
    """Return whether the patient may be asked once more."""
    return sum(one.decision == "asked" for one in consents) < MAX_REQUESTS


def may_answer(state: ConsentState, decision: ConsentDecision) -> bool:
    """Return whether the patient may answer: consent needs a request, and can be withdrawn."""
    return state == "asked" or (state == "given" and decision == "refused")


def _rank(consent: Consent) -> tuple[int, int, str]:
    return consent.at, _ORDER.index(consent.decision), consent.by
