"""GET /session/token/{token}."""

import pytest

from bedside.kernel.instants import iso
from tests.conftest import Upstash
from tests.functions.clinic import NAME, NHI, Clinic, refusal


def test_the_example_event_is_nobodys_token(clinic: Clinic) -> None:
    """A well-formed token that was never issued is answered as an expired one."""
    refusal(clinic.call("token_validate"), 404, "token-expired-or-invalid")


def test_a_scanned_code_says_whose_it_is(clinic: Clinic) -> None:
    """The answer has the contract's fields; nobody may keep it."""
    answer = clinic.validate(clinic.open()["token"])
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json
    assert iso(clinic.wiring.now_ms() - 60_000) < document.pop("serverTime") <= iso(clinic.wiring.now_ms())
    assert document | {"uploadToken": "", "expiresAt": 0} == {
        "encounterId": "ENC-1001",
        "patientId": "PAT-2002",
        "facilityId": "FAC001",
        "patientName": NAME,
        "patientNHI": NHI,
        "phone": {"name": "iPhone", "words": document["phone"]["words"]},
        "consent": None,
        "uploadToken": "",
        "maxImages": 20,
        "imageCount": 0,
        "expiresAt": 0,
    }
    assert abs(document["expiresAt"] - clinic.wiring.now_ms() - 7_200_000) < 60_000


def test_a_name_that_was_not_given_is_left_out(clinic: Clinic) -> None:
    """Name and NHI are optional."""
    opened = clinic.open(patientName=None, patientNHI=None)
    assert not {"patientName", "patientNHI"} & set(clinic.validate(opened["token"]).json)


def test_a_token_lives_ten_minutes(clinic: Clinic) -> None:
    """And can be scanned again until then."""
    token = clinic.open()["token"]
    clinic.wiring.ahead_ms += 599_000
    assert clinic.validate(token).status == 200
    clinic.wiring.ahead_ms += 1_100
    refusal(clinic.validate(token), 404, "token-expired-or-invalid")


@pytest.mark.parametrize("token", ["x", "a" * 67, "a" * 5000, "..", "%00", "💉", "a.b~c", "tok en"])
def test_other_texts_are_refused_without_asking_the_record(clinic: Clinic, upstash: Upstash, token: str) -> None:
    """What cannot be a token costs the one request that counts it, and is never repeated."""
    clinic.validate("any")
    if len(token) != 67:
        del clinic.wiring.capture.repository._table._name  # noqa: SLF001  # any use of the record fails
    before = upstash.requests()
    answer = clinic.validate(token)
    assert answer.status == 404
    assert answer.slug in {"token-expired-or-invalid", "not-found"}
    if len(token) > 2:
        assert token not in answer.text
    assert upstash.requests() - before <= (2 if len(token) == 67 else answer.slug != "not-found")


def test_a_scan_is_one_redis_request_and_none_to_the_record(clinic: Clinic, upstash: Upstash) -> None:
    """Once the script is known, whatever else is away."""
    token = clinic.open()["token"]
    clinic.validate(token)
    del clinic.wiring.capture.repository._table._name  # noqa: SLF001  # any use of the record fails
    before = upstash.requests()
    assert clinic.validate(token).status == 200
    assert upstash.requests() - before == 1


def test_redis_without_memory_is_reminded(clinic: Clinic, upstash: Upstash) -> None:
    """A flushed Redis costs one read of the record, and is then as before."""
    token = clinic.open()["token"]
    clinic.wiring.platform.redis.execute("FLUSHALL")
    assert clinic.validate(token).json["patientName"] == NAME
    before = upstash.requests()
    assert clinic.validate(token).status == 200
    assert upstash.requests() - before == 1
