"""Which phones take photos for a session: the first does, others ask, a clinician decides."""

from typing import Any

import pytest

from bedside.adapters.redis.client import RedisError
from bedside.capture.pairing import Pairing
from bedside.capture.phone import MAX_PHONES
from tests.functions.capture.test_ended_sessions import end
from tests.functions.clinic import Answer, Clinic, refusal
from tests.functions.encounters.test_timeline_append import kinds

PIXEL = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36"


def decide(clinic: Clinic, phone_id: str, *, admitted: bool, facility: str | None = None) -> Answer:
    path = {"encounterId": clinic.encounter, "phoneId": phone_id}
    return clinic.call("phone_admit", {"admitted": admitted}, token=clinic.clinician(facility), path=path)


def test_the_example_event_needs_a_token(clinic: Clinic) -> None:
    """The example's made-up token is refused, and so is a phone's."""
    refusal(clinic.call("phone_admit"), 401, "unauthorized")
    refusal(clinic.call("phone_admit", token=clinic.phone()), 401, "unauthorized")


def phones(clinic: Clinic) -> list[tuple[str, str]]:
    return [(phone["name"], phone["standing"]) for phone in clinic.look()["phones"]]


def test_the_first_phone_joins_and_another_asks(clinic: Clinic) -> None:
    """Both screens have the same words; what is not let in learns nothing of the patient; the first goes on."""
    token = clinic.open()["token"]
    first = clinic.validate(token, "mine").json
    assert first["phone"]["name"] == "iPhone"
    asking = clinic.validate(token, "other", **{"user-agent": PIXEL})
    assert (asking.status, list(asking.json)) == (202, ["phone"])
    assert phones(clinic) == [("iPhone", "joined"), ("Android phone (Pixel 8)", "asking")]
    assert [phone["words"] for phone in clinic.look()["phones"]] == [
        first["phone"]["words"],
        asking.json["phone"]["words"],
    ]
    renewed = clinic.open()["token"]
    assert clinic.validate(renewed, "other").status == 202
    assert clinic.validate(renewed, "mine").json["phone"] == first["phone"]
    other = clinic.look()["phones"][1]["phoneId"]
    assert [phone["standing"] for phone in decide(clinic, other, admitted=True).json["phones"]] == ["joined", "joined"]
    assert decide(clinic, other, admitted=True).status == 200
    admitted = clinic.validate(token, "other")
    assert (admitted.status, admitted.json["phone"]) == (200, asking.json["phone"])
    clinic.add(admitted.json["uploadToken"], "a")
    refusal(decide(clinic, other, admitted=False), 409, "phone-joined")
    clinic.append()
    assert kinds(clinic.encounter) == ["session-opened", "phone-joined", "phone-joined", "photo-arrived"]


def test_a_refused_phone_stays_out(clinic: Clinic) -> None:
    """Until the clinician thinks better of it; phones that nobody knows cannot be decided about."""
    token = clinic.open()["token"]
    clinic.validate(token, "mine")
    clinic.validate(token, "other")
    other = clinic.look()["phones"][1]["phoneId"]
    refusal(decide(clinic, "0" * 16, admitted=True), 404, "phone-not-found")
    refusal(decide(clinic, other, admitted=True, facility="FAC002"), 404, "session-not-found")
    assert decide(clinic, other, admitted=False).json["phones"][1]["standing"] == "refused"
    refusal(clinic.validate(token, "other"), 403, "phone-refused")
    assert clinic.validate(token, "mine").status == 200
    decide(clinic, other, admitted=True)
    assert clinic.validate(token, "other").json["phone"]["name"] == "iPhone 2"


def test_opening_again_begins_anew(clinic: Clinic) -> None:
    """Whoever is first then takes the session; no phone of before is left in it."""
    token = clinic.open()["token"]
    clinic.add(clinic.validate(token, "mine").json["uploadToken"], "a")
    clinic.validate(token, "other")
    end(clinic)
    again = clinic.open()["token"]
    assert phones(clinic) == []
    assert clinic.validate(again, "other").status == 200
    assert clinic.validate(again, "mine").status == 202


def test_phones_without_a_name_are_one(clinic: Clinic) -> None:
    """Scripts go on as before, and cannot get past a phone that has joined."""
    token = clinic.open()["token"]
    assert [clinic.validate(token).status for _ in range(2)] == [200, 200]
    assert clinic.validate(token, "mine").status == 202
    token = clinic.open("ENC-2")["token"]
    clinic.validate(token, "mine")
    assert clinic.validate(token).status == 202
    refusal(clinic.validate(token, "not an id"), 422, "invalid-request")


def test_phones_that_ask_do_not_fill_the_session(clinic: Clinic) -> None:
    """Of more than twenty, the one that has waited longest has to ask again."""
    token = clinic.open()["token"]
    clinic.validate(token, "mine")
    for number in range(MAX_PHONES + 3):
        clinic.wiring.ahead_ms += 1
        assert clinic.validate(token, f"phone-{number}").status == 202
    found = clinic.look()["phones"]
    assert len(found) == MAX_PHONES
    assert found[0]["standing"] == "joined"
    for phone in found[1:]:
        decide(clinic, phone["phoneId"], admitted=True)
    refusal(clinic.validate(token, "one too many"), 422, "invalid-request")
    refusal(clinic.validate(token, "one-too-many"), 403, "phone-refused")


def test_of_two_that_scan_at_once_one_is_first(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record decides: the later of two writes finds that the other phone is there."""
    token = clinic.open()["token"]
    claim = Pairing._claim  # noqa: SLF001  # the moment between two writes

    def late(self: Pairing, *arguments: Any) -> Any:
        monkeypatch.setattr(Pairing, "_claim", claim)
        assert clinic.validate(token, "other").status == 200
        return claim(self, *arguments)

    monkeypatch.setattr(Pairing, "_claim", late)
    assert clinic.validate(token, "mine").status == 202
    assert {standing for _, standing in phones(clinic)} == {"joined", "asking"}


def test_without_redis_the_first_is_first(clinic: Clinic) -> None:
    """And one that asks waits, and is let in."""
    token = clinic.open()["token"]
    clinic.wiring.platform.redis.run = _away  # type: ignore[assignment,method-assign]  # a Redis that is down
    assert clinic.validate(token, "mine").status == 200
    assert clinic.validate(token, "other").status == 202
    decide(clinic, clinic.look()["phones"][1]["phoneId"], admitted=True)
    assert clinic.validate(token, "other").status == 200


def _away(*_: object) -> None:
    raise RedisError("away")
