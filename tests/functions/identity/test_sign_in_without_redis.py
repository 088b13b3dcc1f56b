"""Signing in, and being cut off, with Redis away: the same tests as with it. Limits: test_otp_limits.py."""

from collections.abc import Iterator

import pytest

from tests.fakes.hostile import hostile, refused, silent
from tests.functions.clinic import Clinic
from tests.functions.identity.test_auth import (
    test_a_sign_in_that_ended_elsewhere_is_not_described,
    test_what_is_given_is_there_at_once,
    test_what_is_taken_is_gone_within_five_seconds,
)
from tests.functions.identity.test_otp import (
    test_a_code_serves_its_number_only,
    test_a_code_signs_somebody_in,
    test_fifty_guesses_at_once_are_five,
    test_one_answer_for_every_code_that_is_not_valid,
    test_the_right_code_from_twenty_at_once_is_one_sign_in,
    test_twenty_who_ask_at_once_get_one_code,
)
from tests.functions.identity.test_refreshing import (
    test_a_pair_is_followed_by_another,
    test_a_token_of_two_generations_ago_ends_it_at_any_time,
    test_twenty_at_once_go_on_as_one,
)
from tests.functions.identity.test_signing_out import (
    test_every_call_of_the_capture_stops,
    test_everywhere_within_five_seconds,
    test_signing_out_ends_this_browser_and_no_other,
    test_the_kill_switch_for_another,
    test_the_kill_switch_for_oneself,
)

__all__ = [
    "test_a_code_serves_its_number_only",
    "test_a_code_signs_somebody_in",
    "test_a_pair_is_followed_by_another",
    "test_a_sign_in_that_ended_elsewhere_is_not_described",
    "test_a_token_of_two_generations_ago_ends_it_at_any_time",
    "test_every_call_of_the_capture_stops",
    "test_everywhere_within_five_seconds",
    "test_fifty_guesses_at_once_are_five",
    "test_one_answer_for_every_code_that_is_not_valid",
    "test_signing_out_ends_this_browser_and_no_other",
    "test_the_kill_switch_for_another",
    "test_the_kill_switch_for_oneself",
    "test_the_right_code_from_twenty_at_once_is_one_sign_in",
    "test_twenty_at_once_go_on_as_one",
    "test_twenty_who_ask_at_once_get_one_code",
    "test_what_is_given_is_there_at_once",
    "test_what_is_taken_is_gone_within_five_seconds",
]


@pytest.fixture(params=["stopped", "silent"])
def redis_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "stopped":
        yield refused()
    else:
        with hostile(silent) as origin:
            yield origin


@pytest.fixture(autouse=True)
def deadline(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for Redis less than the patient setting of the other tests."""
    monkeypatch.setenv("BEDSIDE_REDIS_DEADLINE_MS", "100")
    assert clinic.wiring.platform.settings.redis_deadline_s == 0.1
