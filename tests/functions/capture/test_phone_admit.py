"""Which phones take photos for a session: the first does, others ask, a clinician decides."""

from typing import Any

import pytest

from bedside.adapters.redis.client import RedisError
from bedside.capture.pairing import Pairing
from bedside.capture.phone import MAX_PHONES, phone_id_of, words_of
from tests.functions.capture.test_ended_sessions import end
from tests.functions.clinic import Answer, Clinic, event_of, refusal
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


def test_a_phone_without_an_id_can_only_be_the_first(clinic: Clinic) -> None:
    """Nobody can tell whether a second is the same, so it is refused and leaves nothing behind."""
    token = clinic.open()["token"]
    assert clinic.validate(token, None).status == 200
    refusal(clinic.validate(token, None), 403, "phone-refused")
    assert clinic.validate(token, "mine").status == 202
    assert clinic.validate(token, "-").status == 202
    assert [standing for _, standing in phones(clinic)] == ["joined", "asking", "asking"]
    clinic.encounter = "ENC-2"
    token = clinic.open()["token"]
    clinic.validate(token, "mine")
    refusal(clinic.validate(token, None), 403, "phone-refused")
    clinic.wiring.platform.redis.run = _away  # type: ignore[assignment,method-assign]  # a Redis that is down
    refusal(clinic.validate(token, None), 403, "phone-refused")
    assert len(clinic.look()["phones"]) == 1
    refusal(clinic.validate(token, "not an id"), 422, "invalid-request")


def test_who_only_looks_at_a_link_takes_nothing(clinic: Clinic) -> None:
    """Programs that preview links ask with HEAD first; that is no call here."""
    token = clinic.open()["token"]
    event = event_of("token_validate")
    event["routeKey"] = event["routeKey"].replace("GET ", "HEAD ")
    event["pathParameters"] = {"token": token}
    assert clinic.invoke("token_validate", event)["statusCode"] == 404
    assert phones(clinic) == []
    assert clinic.validate(token, "mine").status == 200


def test_a_full_session_says_so(clinic: Clinic) -> None:
    """Twenty phones: nobody is pushed out, least of all one that was refused and could then ask again."""
    token = clinic.open()["token"]
    clinic.validate(token, "mine")
    clinic.validate(token, "refused")
    decide(clinic, clinic.look()["phones"][1]["phoneId"], admitted=False)
    for number in range(MAX_PHONES - 2):
        clinic.wiring.ahead_ms += 1
        assert clinic.validate(token, f"phone-{number}").status == 202
    refusal(clinic.validate(token, "one-too-many"), 409, "phones-full")
    refusal(clinic.validate(token, "refused"), 403, "phone-refused")
    assert clinic.validate(token, "phone-0").status == 202
    assert clinic.validate(token, "mine").status == 200
    found = clinic.look()["phones"]
    assert [phone["standing"] for phone in found] == ["joined", "refused", *["asking"] * (MAX_PHONES - 2)]
    end(clinic)
    token = clinic.open()["token"]
    assert [clinic.validate(token, each).status for each in ("one-too-many", "mine")] == [200, 202]


def test_of_two_that_ask_at_once_each_counts(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """The condition of the write holds the number of phones: the last place is given once."""
    token = clinic.open()["token"]
    for number in range(MAX_PHONES - 1):
        clinic.validate(token, f"phone-{number}")
    ask = Pairing._ask  # noqa: SLF001  # the moment between two writes

    def late(self: Pairing, *arguments: Any) -> Any:
        monkeypatch.setattr(Pairing, "_ask", ask)
        assert clinic.validate(token, "other").status == 202
        return ask(self, *arguments)

    monkeypatch.setattr(Pairing, "_ask", late)
    refusal(clinic.validate(token, "mine"), 409, "phones-full")
    assert len(phones(clinic)) == MAX_PHONES


def test_phones_of_one_session_have_words_of_their_own(clinic: Clinic) -> None:
    """Whose words another has gets others, and keeps these when it is let in, with Redis and without."""
    token = clinic.open()["token"]
    key = clinic.wiring.platform.secrets.pseudonym_key
    devices: dict[str, str] = {}
    for name in (f"phone-{number}" for number in range(4097)):
        first = devices.setdefault(words_of(phone_id_of(key, token[:24], name)), name)
        if first != name:
            break
    shown = [clinic.validate(token, device).json["phone"]["words"] for device in (first, name, name)]
    assert shown[0] != shown[1] == shown[2]
    found = clinic.look()["phones"]
    assert [each["words"] for each in found] == shown[:2]
    decide(clinic, found[1]["phoneId"], admitted=True)
    assert [clinic.validate(token, name).json["phone"]["words"] for _ in range(2)] == [shown[1]] * 2
    clinic.wiring.platform.redis.run = _away  # type: ignore[assignment,method-assign]  # a Redis that is down
    assert clinic.validate(token, name).json["phone"]["words"] == shown[1]


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
