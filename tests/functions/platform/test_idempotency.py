"""POST /admin/users with an Idempotency-Key: repeated as often as need be, it adds one person."""

from typing import Any

import pytest

from bedside.identity.user_admin import UserAdmin
from tests.conftest import IDEMPOTENCY, client
from tests.functions.clinic import Answer, Clinic, refusal

PHONE, KEY = "+64215550190", '"8e03978e-40d5-43dd-bc93-6894a57f9324"'
BODY = {"phone": PHONE, "roles": ["clinician"], "facilityId": "FAC001"}


def create(clinic: Clinic, key: str | None = KEY, *, admin: str = "+64215550113", **changes: Any) -> Answer:
    token = clinic.member("FAC001", ("facilityAdmin",), phone=admin)
    return clinic.call("users_create", BODY | changes, token=token, key=key)


def acts(clinic: Clinic) -> list[str]:
    return [entry["act"] for entry in clinic.audit()]


def test_repeated_it_is_the_same_answer(clinic: Clinic) -> None:
    """201 with the same user each time; the person and the entry in the audit trail are there once."""
    first = create(clinic)
    assert first.status == 201
    for _ in range(3):
        again = create(clinic)
        assert (again.status, again.json) == (201, first.json)
    assert acts(clinic) == ["create"]
    person = clinic.person(PHONE)
    assert person
    assert person["pk"] == first.json["userId"]


def test_a_repeated_answer_has_its_own_fields(clinic: Clinic) -> None:
    """It is counted like every call, and says what is left."""
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    left = [create(clinic).headers["ratelimit"] for _ in range(2)]
    assert left == ['"admin";r=99;t=600', '"admin";r=98;t=600']


def test_another_body_under_the_same_key_is_refused(clinic: Clinic) -> None:
    """422, and nobody is added."""
    create(clinic)
    refusal(create(clinic, phone="+64215550191"), 422, "idempotency-key-reused")
    assert clinic.person("+64215550191") is None
    assert acts(clinic) == ["create"]


def test_fields_that_nobody_reads_are_no_other_body(clinic: Clinic) -> None:
    """What is ignored does not make another request."""
    first = create(clinic)
    assert create(clinic, comment="the same").json == first.json


def test_another_administrators_key_is_another_key(clinic: Clinic) -> None:
    """The same key of somebody else adds their user; the same user is theirs to be told that it exists."""
    create(clinic)
    other = create(clinic, admin="+64215550114", phone="+64215550191")
    assert (other.status, other.json["phone"]) == (201, "+64215550191")
    refusal(create(clinic, "another-key"), 409, "user-exists")


def test_while_it_is_being_served_it_is_refused(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """409 for the second; the first goes on to its end, and is the answer from then on."""
    inner: list[Answer] = []
    real = UserAdmin.create

    def creating(*args: Any) -> Any:
        if not inner:
            inner.append(create(clinic))
        return real(*args)

    monkeypatch.setattr(UserAdmin, "create", creating)
    first = create(clinic)
    assert first.status == 201
    refusal(inner[0], 409, "request-in-flight")
    assert create(clinic).json == first.json
    assert acts(clinic) == ["create"]


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "k" * 129])
def test_a_malformed_key_is_named(clinic: Clinic, key: str) -> None:
    """422, and nobody is added."""
    answer = create(clinic, key)
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == ["Idempotency-Key"]
    assert clinic.person(PHONE) is None


def test_without_a_key_it_is_as_before(clinic: Clinic) -> None:
    """The number is unique by itself: the second is told that it exists. Nothing is kept."""
    assert create(clinic, None).status == 201
    refusal(create(clinic, None), 409, "user-exists")
    assert client("dynamodb").scan(TableName=IDEMPOTENCY)["Items"] == []


def test_a_refusal_is_not_kept(clinic: Clinic) -> None:
    """What could not be done may be tried again under the same key."""
    refusal(create(clinic, facilityId="FAC002"), 403, "forbidden")
    refusal(create(clinic, phone="not a number"), 422, "invalid-request")
    assert create(clinic).status == 201


def test_without_its_table_nothing_is_added(clinic: Clinic) -> None:
    """503: whether it was done before cannot be told. Without a key it does not matter."""
    client("dynamodb").delete_table(TableName=IDEMPOTENCY)
    answer = create(clinic)
    refusal(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert clinic.person(PHONE) is None
    assert acts(clinic) == []
    assert create(clinic, None).status == 201


def test_strangers_get_no_kept_answer(clinic: Clinic) -> None:
    """Who calls is asked first, each time."""
    create(clinic)
    refusal(clinic.call("users_create", BODY, token="made-up", key=KEY), 401, "unauthorized")
    patient = clinic.member("FAC001", ("patient",))
    refusal(clinic.call("users_create", BODY, token=patient, key=KEY), 403, "forbidden")
