"""PUT /session/consent/{encounterId}."""

from typing import Any

import pytest

from bedside.adapters.redis.client import RedisError
from tests.functions.capture.test_ended_sessions import end
from tests.functions.capture.test_live import connect
from tests.functions.clinic import Answer, Clinic, refusal
from tests.functions.encounters.test_timeline_append import chain

SPOKEN = {"manner": "spoken", "givenBy": "patient"}
DECIDED = {"manner": "bestInterests"}


def record(clinic: Clinic, consent: Any, token: str | None = None, seen: str | None = None) -> Answer:
    path, headers = {"encounterId": clinic.encounter}, {"if-match": seen}
    return clinic.call("consent_record", consent, token=token or clinic.clinician(), path=path, headers=headers)


def told(clinic: Clinic, phone: str) -> Any:
    body = {"encounterId": clinic.encounter, "phoneId": "p", "unsent": 0}
    return clinic.call("session_status", body, token=phone).json["consent"]


@pytest.mark.parametrize("redis", ["well", "away"])
def test_consent_is_shown_on_both_screens_and_stays(clinic: Clinic, redis: str) -> None:
    """From when it is recorded, also by the phone; another one replaces it, and opening again keeps it."""
    refusal(clinic.call("consent_record"), 401, "unauthorized")
    refusal(record(clinic, SPOKEN), 404, "session-not-found")
    opened = clinic.open()
    phone = clinic.scan(opened["token"])
    if redis == "away":
        clinic.wiring.platform.redis.run = _away  # type: ignore[assignment,method-assign]  # a Redis that is down
    connect(clinic, opened["live"]["ticket"])
    clinic.add(phone, "a")
    assert (clinic.look()["consent"], told(clinic, phone)) == (None, None)
    found = record(clinic, SPOKEN).json
    assert found == {**SPOKEN, "at": found["at"]}
    clinic.wiring.ahead_ms += 1000
    assert record(clinic, SPOKEN, phone).json == found
    assert [clinic.look()["consent"], told(clinic, phone)] == [found] * 2
    assert clinic.validate(clinic.open()["token"]).json["consent"] == found
    decided = record(clinic, DECIDED, phone).json
    assert [clinic.look()["consent"], told(clinic, phone)] == [decided] * 2
    assert sum("consent-recorded" in text for text in clinic.connections.heard["here-1"]) == 2
    end(clinic)
    refusal(record(clinic, SPOKEN, phone), 404, "session-not-found")
    assert record(clinic, {**SPOKEN, "manner": "written"}).status == 200
    assert clinic.validate(clinic.open()["token"]).json["consent"]["manner"] == "written"
    clinic.append()
    events = [entry["event"] for entry in chain(clinic.encounter) if entry["event"]["kind"] == "consent-recorded"]
    assert [(event["manner"], event["actor"]["kind"]) for event in events] == [
        ("spoken", "user"),
        ("bestInterests", "phone"),
        ("written", "user"),
    ]


def test_consent_replaces_the_one_that_was_seen(clinic: Clinic) -> None:
    """If the call says which, by its instant; a repeated one is no conflict, and two at one instant are told apart."""
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    clinic.open()
    first = record(clinic, SPOKEN, seen='"0"')
    assert (first.status, first.headers["etag"]) == (200, f'"{first.json["at"]}"')
    assert record(clinic, SPOKEN, seen='"0"').json == first.json
    before = clinic.everything()
    lost = record(clinic, DECIDED, seen='"0"')
    refusal(lost, 412, "precondition-failed")
    assert lost.headers["etag"] == first.headers["etag"]
    assert clinic.everything() == before
    second = record(clinic, DECIDED, seen=first.headers["etag"])
    assert (second.status, second.json["at"]) == (200, first.json["at"] + 1)
    assert clinic.look()["consent"] == second.json


@pytest.mark.parametrize(
    "consent",
    [{}, {"manner": "spoken"}, {**DECIDED, "givenBy": "patient"}, {"manner": "none"}, {**SPOKEN, "givenBy": "me"}],
)
def test_what_is_no_consent_changes_nothing(clinic: Clinic, consent: Any) -> None:
    """It says how it was given, and by whom unless nobody could."""
    clinic.open()
    before = clinic.everything()
    refusal(record(clinic, consent), 422, "invalid-request")
    assert clinic.everything() == before


def _away(*_: object) -> None:
    raise RedisError("away")
