"""What a patient's consent to a recording is, however it becomes known."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from bedside.visits.consent import (
    MAX_REQUESTS,
    Consent,
    ConsentDecision,
    ConsentState,
    consent_state,
    may_answer,
    may_ask,
    next_consent,
    with_consent,
)

CONSENTS = st.builds(
    Consent, st.integers(0, 5), st.sampled_from(["patient", "practitioner"]), st.sampled_from(get_args(ConsentDecision))
)


@given(st.lists(CONSENTS, max_size=8), st.randoms())
def test_order_and_repetition_do_not_matter(consents: list[Consent], random: object) -> None:
    """The same facts give the same sequence and the same state."""
    again = [*consents, *consents]
    random.shuffle(again)  # type: ignore[attr-defined]  # Hypothesis gives a Random
    found: tuple[Consent, ...] = ()
    for one in again:
        found = with_consent(found, one)
    expected: tuple[Consent, ...] = ()
    for one in consents:
        expected = with_consent(expected, one)
    assert found == expected
    assert consent_state(again) == consent_state(found) == (found[-1].decision if found else "none")


@given(st.lists(CONSENTS, max_size=8), st.integers(0, 5), st.sampled_from(get_args(ConsentDecision)))
def test_what_was_decided_last_counts(consents: list[Consent], now: int, decision: ConsentDecision) -> None:
    """Also where the clock of the server that takes it is behind."""
    assert consent_state(with_consent(consents, next_consent(consents, "patient", decision, now))) == decision


@given(st.lists(st.sampled_from(get_args(ConsentDecision)), max_size=60))
def test_the_history_is_bounded(wishes: list[ConsentDecision]) -> None:
    """However often people change their minds."""
    consents: tuple[Consent, ...] = ()
    for wish in wishes:
        state = consent_state(consents)
        allowed = may_ask(consents) and state in {"none", "refused"} if wish == "asked" else may_answer(state, wish)
        if allowed:
            consents = with_consent(consents, next_consent(consents, "somebody", wish, 0))
    assert len(consents) <= 3 * MAX_REQUESTS


def test_a_simultaneous_refusal_counts() -> None:
    """Rather nothing is recorded."""
    assert consent_state([Consent(1, "p", "refused"), Consent(1, "p", "given"), Consent(1, "d", "asked")]) == "refused"


def test_which_answers_there_are() -> None:
    """Consent is asked for; it can be withdrawn."""
    states = get_args(ConsentState)
    assert [state for state in states if may_answer(state, "given")] == ["asked"]
    assert [state for state in states if may_answer(state, "refused")] == ["asked", "given"]
