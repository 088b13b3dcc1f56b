"""POST /session/status."""

from typing import Any

import pytest

from tests.functions.clinic import Answer, Clinic, refusal
from tests.functions.line import Line


def report(clinic: Clinic, phone: str, unsent: int = 0, **changes: Any) -> Answer:
    body = {"encounterId": clinic.encounter, "phoneId": "phone-1", "unsent": unsent, **changes}
    return clinic.call("session_status", body, token=phone)


def count(clinic: Clinic, phone: str, unsent: int = 0, **changes: Any) -> int:
    answer = report(clinic, phone, unsent, **changes)
    assert answer.status == 200, answer
    assert set(answer.json) == {"imageCount", "committedCount", "consent", "serverTime"}
    return int(answer.json["imageCount"])


def delete(clinic: Clinic, image_id: str) -> None:
    path = {"encounterId": clinic.encounter, "imageId": image_id}
    assert clinic.call("image_delete", token=clinic.clinician(), path=path).status == 200


@pytest.fixture
def line(clinic: Clinic, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Line:
    clinic.wiring.platform.redis._breaker._clock = lambda: 0.0  # noqa: SLF001  # an open breaker stays open unless told
    return Line(redis_url, monkeypatch)


def test_the_example_event_needs_a_token(clinic: Clinic) -> None:
    """The example's made-up token is refused; so is a clinician's."""
    refusal(clinic.call("session_status"), 401, "unauthorized")
    refusal(clinic.call("session_status", token=clinic.clinician()), 401, "unauthorized")


@pytest.mark.parametrize("redis", [True, False], ids=["with Redis", "without Redis"])
def test_a_phone_learns_of_deletions_and_of_the_end(clinic: Clinic, line: Line, redis: bool) -> None:  # noqa: FBT001  # parametrised
    """With the next report, whoever deletes or ends."""
    line.cut = not redis
    phone = clinic.phone()
    assert count(clinic, phone) == 0
    for image_id in "ab":
        clinic.add(phone, image_id)
    assert count(clinic, phone) == 2
    delete(clinic, "a")
    assert count(clinic, phone) == 1
    clinic.call("session_end", token=clinic.clinician(), path={"encounterId": clinic.encounter})
    refusal(report(clinic, phone), 404, "session-not-found")


@pytest.mark.parametrize("redis", [True, False], ids=["with Redis", "without Redis"])
def test_the_desktop_sees_what_phones_hold(clinic: Clinic, line: Line, redis: bool) -> None:  # noqa: FBT001  # parametrised
    """The sum over phones, each by its last report; a new session knows of none."""
    phone = clinic.phone()
    assert clinic.look()["unsentPhotos"] == 0
    line.cut = not redis
    count(clinic, phone, 3)
    count(clinic, phone, 2, phoneId="phone-2")
    assert clinic.look()["unsentPhotos"] == 5
    count(clinic, phone, 1)
    assert clinic.look()["unsentPhotos"] == 3
    count(clinic, phone, 0)
    count(clinic, phone, 0, phoneId="phone-2")
    assert clinic.look()["unsentPhotos"] == 0
    count(clinic, phone, 4)
    clinic.call("session_end", token=clinic.clinician(), path={"encounterId": clinic.encounter})
    clinic.phone()
    assert clinic.look()["unsentPhotos"] == 0


def test_a_report_of_nothing_new_costs_one_request_to_redis(clinic: Clinic, line: Line) -> None:
    """And the record one read a minute."""
    phone = clinic.phone()
    count(clinic, phone, 2)
    line.spent()
    for _ in range(5):
        count(clinic, phone, 2)
    assert line.spent() == (5, 0)


def test_reporting_does_not_keep_the_session_alive(clinic: Clinic) -> None:
    """Two hours after the last use it has ended, however often a phone asks."""
    phone = clinic.phone()
    for unsent in (1, 2, 2):
        clinic.wiring.ahead_ms += 2_399_000
        count(clinic, phone, unsent)
    clinic.wiring.ahead_ms += 100_000
    refusal(report(clinic, phone, 2), 404, "session-not-found")


def test_more_phones_than_are_stored_are_still_answered(clinic: Clinic) -> None:
    """An item has its limit: of the twenty-first phone it does not say what it holds."""
    phone = clinic.phone()
    for number in range(25):
        count(clinic, phone, 1, phoneId=f"phone-{number}")
    assert clinic.look()["unsentPhotos"] == 20


def test_an_earlier_sessions_phone_is_told_of_its_end(clinic: Clinic) -> None:
    """Also when the encounter has another session by now, which does not learn what that phone holds."""
    phone = clinic.phone()
    clinic.call("session_end", token=clinic.clinician(), path={"encounterId": clinic.encounter})
    clinic.wiring.ahead_ms += 1000
    clinic.phone_token = ""
    clinic.phone()
    refusal(report(clinic, phone, 3), 404, "session-not-found")
    refusal(report(clinic, phone, 3, encounterId="ENC-2"), 403, "wrong-encounter")
    assert clinic.look()["unsentPhotos"] == 0


def test_a_session_is_asked_120_times_a_minute(clinic: Clinic) -> None:
    """Then 429, with what is left said before."""
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    phone = clinic.phone()
    answers = [report(clinic, phone) for _ in range(121)]
    assert {answer.status for answer in answers[:-1]} == {200}
    refusal(answers[-1], 429, "too-many-requests")
