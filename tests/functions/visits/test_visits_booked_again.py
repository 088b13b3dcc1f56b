"""POST /visits with an Idempotency-Key: repeated as often as need be, it books one visit, with one timer."""

from collections import Counter
from typing import Any

import pytest

from bedside.kernel.errors import UnavailableError
from bedside.kernel.instants import iso
from bedside.visits.booking import Booking
from bedside.visits.model import Visit
from bedside.visits.repository import VisitRepository
from tests.conftest import IDEMPOTENCY, client
from tests.fakes.aws_calls import listen
from tests.functions.clinic import Answer, refusal
from tests.functions.surgery import MINUTE, START, Surgery

KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'


def book(surgery: Surgery, key: str | None = KEY, *, token: str = "", **changes: Any) -> Answer:
    body, headers = surgery.booking(**changes), {"idempotency-key": key}
    return surgery.clinic.call("visits_book", body, token=token or surgery.practitioner, headers=headers)


def booked(surgery: Surgery) -> set[str]:
    """Give the visits that there are besides the surgery's own."""
    return {item["pk"]["S"] for item in surgery.items() if "startsAt" in item} - {surgery.visit_id}


def test_repeated_it_is_the_same_visit(surgery: Surgery) -> None:
    """201 with the same document each time."""
    first = book(surgery)
    assert first.status == 201
    for _ in range(3):
        surgery.at(1000)
        again = book(surgery)
        assert (again.status, again.json) == (201, first.json)
    assert booked(surgery) == {first.json["visitId"]}
    assert len(surgery.clinic.wiring.visits.scheduler.waiting) == 2


def test_another_persons_key_is_another_key(surgery: Surgery) -> None:
    """A colleague books a visit of their own under it."""
    first = book(surgery)
    other = book(surgery, token=surgery.clinic.clinician(), startsAt=iso(START + 60 * MINUTE))
    assert (first.status, other.status) == (201, 201)
    assert booked(surgery) == {first.json["visitId"], other.json["visitId"]}


def test_while_it_is_being_served_it_is_refused(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """409 for the second; the first goes on to its end, and is the answer from then on."""
    inner: list[Answer] = []
    real = Booking.book

    def booking(*args: Any) -> Any:
        if not inner:
            inner.append(book(surgery))
        return real(*args)

    monkeypatch.setattr(Booking, "book", booking)
    first = book(surgery)
    refusal(inner[0], 409, "request-in-flight")
    assert book(surgery).json == first.json
    assert booked(surgery) == {first.json["visitId"]}


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "k" * 129])
def test_a_malformed_key_is_named(surgery: Surgery, key: str) -> None:
    """422, and nothing is booked."""
    answer = book(surgery, key)
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == ["Idempotency-Key"]
    assert booked(surgery) == set()


def test_without_a_key_each_is_a_visit(surgery: Surgery) -> None:
    """Two people may meet twice, one time after the other."""
    assert [book(surgery, None, startsAt=iso(START + n * 30 * MINUTE)).status for n in (1, 2)] == [201, 201]
    assert len(booked(surgery)) == 2


def test_nobody_is_booked_twice_at_one_time(surgery: Surgery) -> None:
    """409 with the visit that stands; the time is free again as soon as that is cancelled or ended."""
    overlapping: dict[str, Any] = {"startsAt": iso(START + 29 * MINUTE), "durationMinutes": 5}
    answer = book(surgery, **overlapping)
    refusal(answer, 409, "clash")
    assert (answer.json["visitId"], booked(surgery)) == (surgery.visit_id, set())
    surgery.done("cancel", surgery.patient, {"reason": "A cold."})
    answer = book(surgery, **overlapping)
    assert answer.status == 201
    surgery.visit_id = answer.json["visitId"]
    surgery.join(surgery.patient)
    surgery.join(surgery.practitioner)
    refusal(book(surgery, '"second"', **overlapping), 409, "clash")
    surgery.done("end", surgery.practitioner, {})
    assert book(surgery, '"second"', **overlapping).status == 201


def test_a_patient_with_another_visit_is_warned_of(surgery: Surgery) -> None:
    """409 with that visit, and 201 for who knows of it."""
    clinic = surgery.clinic
    colleague = clinic.number("a colleague")
    token = clinic.member("FAC001", ("clinician",), phone=colleague)
    more: dict[str, Any] = {"practitionerId": clinic.user_id(colleague), "token": token}
    answer = book(surgery, **more)
    assert answer.status == 201
    answer = book(surgery, '"second"', **more, startsAt=iso(START))
    refusal(answer, 409, "patient-clash")
    assert answer.json["visitId"] == surgery.visit_id
    allowed = book(surgery, '"third"', **more, startsAt=iso(START), allowPatientClash=True)
    assert allowed.status == 201


def test_a_booking_that_was_heard_late_is_no_clash(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key gives the visit that it booked, although that was cancelled since and others have its time."""
    create = VisitRepository.create

    def losing(record: VisitRepository, visit: Visit, **more: Any) -> bool:
        create(record, visit, **more)
        raise UnavailableError("The record could not be written.")

    with monkeypatch.context() as patch:
        patch.setattr(VisitRepository, "create", losing)
        refusal(book(surgery), 503, "unavailable")
    [visit_id] = booked(surgery)
    surgery.done("cancel", surgery.practitioner, {}, visit_id=visit_id)
    assert book(surgery, '"second"').status == 201
    answer = book(surgery)
    assert (answer.status, answer.json["visitId"], answer.json["state"]) == (201, visit_id, "cancelled")


def test_what_a_booking_asks_of_the_record(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days are read and written with the visit, in one transaction; over midnight four."""
    # The clock stands still, because a sign-in is read again after five seconds.
    surgery.clinic.wiring.stopped_ms = surgery.clinic.wiring.now_ms()
    assert book(surgery).status == 201
    calls = listen(monkeypatch)
    for at, reads in ((60, 2), (21 * 60 + 15, 4)):
        calls.made.clear()
        assert book(surgery, f'"{at}"', startsAt=iso(START + at * MINUTE)).status == 201
        dynamo = Counter(calls.made)
        assert dynamo["TransactWriteItems"] == 1
        assert dynamo["GetItem"] == reads + 2  # and both people


def test_a_refusal_is_not_kept(surgery: Surgery) -> None:
    """What could not be booked may be tried again under the same key."""
    refusal(book(surgery, durationMinutes=0), 422, "invalid-request")
    refusal(book(surgery, patientId="nobody"), 422, "invalid-request")
    refusal(book(surgery, token=surgery.patient), 403, "forbidden")
    assert book(surgery).status == 201


@pytest.mark.parametrize("code", ["ThrottlingException", "no answer"])
def test_a_visit_that_could_not_be_written(surgery: Surgery, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """503, nothing is booked or waited for, and the same key books it once the record is back."""
    calls = listen(monkeypatch)
    calls.time_out("TransactWriteItems") if code == "no answer" else calls.fail("TransactWriteItems", code)
    refusal(book(surgery), 503, "unavailable")
    assert booked(surgery) == set()
    assert len(surgery.clinic.wiring.visits.scheduler.waiting) == 1
    calls.mend()
    answer = book(surgery)
    assert answer.status == 201
    assert booked(surgery) == {answer.json["visitId"]}


def test_a_visit_that_was_written_although_nobody_heard(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer of the record is lost: 503. The same key gives that visit, with its timer, and no other."""
    add = VisitRepository.create

    def losing(record: VisitRepository, visit: Visit, **more: Any) -> bool:
        add(record, visit, **more)
        raise UnavailableError("The record could not be written.")

    with monkeypatch.context() as patch:
        patch.setattr(VisitRepository, "create", losing)
        refusal(book(surgery), 503, "unavailable")
    [visit_id] = booked(surgery)
    answer = book(surgery)
    assert (answer.status, answer.json["visitId"], booked(surgery)) == (201, visit_id, {visit_id})
    assert len(surgery.clinic.wiring.visits.scheduler.waiting) == 2
    assert book(surgery, durationMinutes=20).status == 422
    other = book(surgery, token=surgery.clinic.clinician(), startsAt=iso(START + 60 * MINUTE))
    assert other.json["visitId"] != visit_id


def test_a_timer_that_could_not_be_set(surgery: Surgery) -> None:
    """The visit is booked; the sweeper finds it when its time is up."""
    surgery.clinic.wiring.visits.scheduler.away = True
    assert book(surgery).status == 201


def test_without_its_table_nothing_is_booked(surgery: Surgery) -> None:
    """503: whether it was done before cannot be told. Without a key it does not matter."""
    client("dynamodb").delete_table(TableName=IDEMPOTENCY)
    refusal(book(surgery), 503, "unavailable")
    assert booked(surgery) == set()
    assert book(surgery, None).status == 201
