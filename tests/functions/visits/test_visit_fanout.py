"""SQS messages about large audiences (tests/functions/visits/test_visits_live.py has what they hear)."""

from typing import Any

import pytest

from bedside.kernel.errors import UnavailableError
from bedside.live.subscriptions import Subscriptions
from tests.functions.clinic import event_of
from tests.functions.surgery import Surgery


def invoke(surgery: Surgery, **record: Any) -> Any:
    event = event_of("visit_fanout")
    event["Records"][0] |= record
    return surgery.clinic.invoke("visit_fanout", event)


def test_the_example_event_is_for_nobody(surgery: Surgery) -> None:
    """Nobody listens, and nothing is left to do."""
    assert invoke(surgery) == {"batchItemFailures": []}


@pytest.mark.parametrize("body", ["", "{", "7", "{}", '{"kind": "facility"}', '{"kind": "facility", "name": 1}'])
def test_what_is_no_announcement_does_not_come_again(surgery: Surgery, body: str) -> None:
    """It would fail in every try."""
    assert invoke(surgery, body=body) == {"batchItemFailures": []}


def test_a_failure_is_tried_again(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the message is still of use."""

    def failing(*_: object) -> Any:
        raise UnavailableError("The record could not be read.")

    monkeypatch.setattr(Subscriptions, "page", failing)
    [failed] = invoke(surgery)["batchItemFailures"]
    assert failed["itemIdentifier"]
