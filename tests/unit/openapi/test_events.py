"""The example events are requests that the OpenAPI document allows."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests import contract

EVENTS: Final = {
    path.stem: json.loads(path.read_text()) for path in sorted((Path(__file__).parents[3] / "events").glob("*.json"))
}
# Pages and the live channel are no part of the document.
CALLS: Final = {name: event for name, event in EVENTS.items() if name not in {"web", "live"} and "routeKey" in event}


@pytest.mark.parametrize("event", CALLS.values(), ids=CALLS)
def test_example(event: dict[str, Any]) -> None:
    """Its path, body and query are those of its route."""
    key, http = event["routeKey"], event["requestContext"]["http"]
    assert contract.key_of(http["method"], event["rawPath"]) == key
    contract.check_request(key, event.get("body"), event.get("queryStringParameters"))


def test_every_call_has_an_example() -> None:
    """Nothing is declared that nobody can try."""
    declared = {f"{method.upper()} {path}" for path, each in contract.DOCUMENT["paths"].items() for method in each}
    assert {event["routeKey"] for event in CALLS.values()} == declared
