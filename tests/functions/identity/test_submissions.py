"""POST /internal/force-verification, submitted twice."""

import pytest

from tests.fakes.aws_calls import listen
from tests.functions.clinic import Answer, Clinic, refusal
from tests.functions.identity.test_users import USER as CLINICIAN
from tests.functions.identity.test_users import admin, subject, system_admin
from tests.functions.line import Line

REASON = "Known for years."


def force(clinic: Clinic, token: str, reason: str = REASON) -> Answer:
    return clinic.call("users_force", {"userId": CLINICIAN, "reason": reason}, token=token)


@pytest.fixture(params=["redis", "process"])
def token(clinic: Clinic, redis_url: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """An administrator's, with somebody to verify; with Redis and without."""
    subject(clinic)
    Line(redis_url, monkeypatch).cut = request.param == "process"
    return admin(clinic)


def test_the_same_again_is_refused(clinic: Clinic, token: str) -> None:
    """Once in five minutes, and with one entry in the audit trail; fields that nobody knows make no difference."""
    assert force(clinic, token).status == 200
    for _ in range(2):
        refusal(force(clinic, token), 409, "duplicate-submission")
    body = {"reason": REASON, "userId": CLINICIAN, "more": 1}
    refusal(clinic.call("users_force", body, token=token), 409, "duplicate-submission")
    assert [(entry["act"], entry["reason"]) for entry in clinic.audit()] == [("force-verification", REASON)]


def test_another_reason_or_another_admin_is_another_submission(clinic: Clinic, token: str) -> None:
    """Each is told in the audit trail."""
    assert force(clinic, token).status == 200
    assert force(clinic, token, "Seen today.").status == 200
    assert force(clinic, system_admin(clinic)).status == 200
    assert [entry["reason"] for entry in clinic.audit()] == [REASON, "Seen today.", REASON]


def test_what_failed_can_be_submitted_again(clinic: Clinic, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the record was away, or nobody was there to be verified."""
    calls = listen(monkeypatch)
    calls.fail("TransactWriteItems", "ThrottlingException", [])
    refusal(force(clinic, token), 503, "unavailable")
    calls.mend()
    assert force(clinic, token).status == 200
    nobody = {"userId": "a" * 24, "reason": REASON}
    for _ in range(2):
        refusal(clinic.call("users_force", nobody, token=token), 403, "forbidden")
    assert len(clinic.audit()) == 1


def test_a_duplicate_is_a_call_like_any_other_for_the_limit(clinic: Clinic, token: str) -> None:
    """A script that runs away is stopped, whatever it repeats."""
    assert force(clinic, token).headers["ratelimit"].startswith('"force-verification";r=9')
    for _ in range(9):
        refusal(force(clinic, token), 409, "duplicate-submission")
    refusal(force(clinic, token), 429, "too-many-requests")
    assert len(clinic.audit()) == 1


def test_after_five_minutes_without_redis_it_is_new(
    clinic: Clinic, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By our own clock; Redis has its own, and the same life."""
    subject(clinic)
    token = admin(clinic)
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    Line(redis_url, monkeypatch).cut = True
    assert force(clinic, token).status == 200
    clinic.wiring.ahead_ms += 299_999
    refusal(force(clinic, token), 409, "duplicate-submission")
    clinic.wiring.ahead_ms += 1
    assert force(clinic, token).status == 200
