"""POST /visits/{visitId}/reschedule: another time for a visit that nobody has joined, and nothing else moves."""

from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.kernel.instants import iso
from bedside.visits.busy_day import DAY_MS, BusyDay
from bedside.visits.publisher import VisitPublisher
from bedside.visits.reservations import Reservations
from tests.conftest import VISITS
from tests.functions.clinic import Answer, refusal
from tests.functions.surgery import MINUTE, START, Surgery

LATER = START + 22 * 60 * MINUTE


def move(surgery: Surgery, starts_at: int = LATER, seen: str | None = '"0"', token: str = "", **more: Any) -> Answer:
    body = {"startsAt": iso(starts_at), **more}
    return surgery.ask("reschedule", token or surgery.practitioner, body, headers={"if-match": seen})


def reserved(surgery: Surgery, who: str) -> dict[int, set[str]]:
    """Give who has reserved a person's time, by day."""
    days = range(START // DAY_MS, LATER // DAY_MS + 1)
    found = {day: set(Reservations(Table(VISITS)).get(surgery.booking()[who], day).reservations) for day in days}
    return {day: owners for day, owners in found.items() if owners}


def test_a_visit_moves_with_all_that_follows_its_time(surgery: Surgery) -> None:
    """The timer for a no-show, both people's reserved time, the lists by time, its version and its timeline."""
    other = surgery.book()["visitId"]
    before = surgery.ask("look", surgery.patient)
    assert before.headers["etag"] == '"0"'
    answer = move(surgery, durationMinutes=20)
    assert (answer.status, answer.headers["etag"]) == (200, '"1"'), answer
    moved = before.json | {"startsAt": iso(LATER), "durationMinutes": 20, "noShowAt": iso(LATER + 10 * MINUTE)}
    assert surgery.look() == surgery.look(surgery.patient) == moved | {"sequence": 1}
    assert surgery.look() == answer.json | {"recording": False}
    times = surgery.clinic.wiring.visits.scheduler.times()
    assert times == [("visit", START + 40 * MINUTE), ("visit", LATER + 10 * MINUTE)]
    for who in ("patientId", "practitionerId"):
        assert reserved(surgery, who) == {START // DAY_MS: {other}, LATER // DAY_MS: {surgery.visit_id}}
    listed = surgery.clinic.call("visits_page", token=surgery.patient, query={"view": "all"}).json["visits"]
    assert [visit["visitId"] for visit in listed] == [surgery.visit_id, other]
    [event] = Table(VISITS).get(surgery.visit_id)["events"]  # type: ignore[index]  # it is there
    user_id = surgery.booking()["practitionerId"]
    actor = {"kind": "user", "userId": user_id}
    assert event == {"kind": "visit-rescheduled", "at": surgery.now, "actor": actor, "startsAt": LATER}
    # Nobody is missed at the old time, and at the new one they are.
    surgery.at(11 * MINUTE)
    surgery.fire()
    assert surgery.kept().state == "scheduled"
    surgery.at(LATER - START + 10 * MINUTE)
    surgery.fire()
    assert surgery.kept().state == "noShow"


def test_both_are_told(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of any change, each time anew."""
    told: list[Any] = []
    monkeypatch.setattr(VisitPublisher, "_publish", lambda *about: told.append(about[1:4]))
    assert [move(surgery, LATER + n * MINUTE, f'"{n}"').status for n in range(2)] == [200, 200]
    assert [visit.visit_id for visit, _, _ in told] == [surgery.visit_id] * 2
    assert len({name for _, _, name in told}) == 2


def test_who_reschedules(surgery: Surgery) -> None:
    """Clinicians and administrators of the facility; the patient may not, and elsewhere there is no such visit."""
    clinic = surgery.clinic
    refusal(move(surgery, token=surgery.patient), 403, "forbidden")
    for token in (clinic.clinician("FAC002"), clinic.member("FAC001", ("patient",))):
        refusal(move(surgery, token=token), 404, "visit-not-found")
    for version, token in enumerate((clinic.clinician(), clinic.member("FAC001", ("facilityAdmin",)))):
        assert move(surgery, LATER + version * MINUTE, f'"{version}"', token).status == 200


def test_the_version_counts(surgery: Surgery) -> None:
    """428 without, 412 with another; a repeated request, and one that changes nothing, writes nothing."""
    refusal(move(surgery, seen=None), 428, "precondition-required")
    refusal(move(surgery, seen='"1"'), 412, "precondition-failed")
    assert move(surgery, START).json["sequence"] == 0
    first = move(surgery)
    before = surgery.items()
    assert (move(surgery).json, move(surgery, seen='"1"').json) == (first.json, first.json)
    late = move(surgery, LATER + MINUTE)
    refusal(late, 412, "precondition-failed")
    assert late.headers["etag"] == '"1"'
    assert surgery.items() == before


def test_only_what_nobody_has_joined_is_moved(surgery: Surgery) -> None:
    """Whoever waits is not sent away; once they have gone, it is possible, and it does not count as having come."""
    joining = surgery.join(surgery.patient)
    surgery.hear("peer.join.success", joining)
    refused = move(surgery)
    refusal(refused, 409, "wrong-state")
    assert refused.json["state"] == "waiting"
    surgery.at(MINUTE)
    surgery.hear("peer.leave.success", joining, reason="client request")
    surgery.at(2 * MINUTE)
    assert move(surgery, START + 60 * MINUTE).status == 200
    surgery.at(71 * MINUTE)
    assert surgery.look()["didNotShow"] == ["patient", "practitioner"]
    refusal(move(surgery, LATER + DAY_MS, '"1"'), 409, "wrong-state")


@pytest.mark.parametrize("starts_at", [START - 60 * MINUTE, START + 400 * DAY_MS])
def test_a_time_that_cannot_be(surgery: Surgery, starts_at: int) -> None:
    """It must be ahead, within a year."""
    answer = move(surgery, starts_at)
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == ["startsAt"]


def test_a_clash_moves_nothing(surgery: Surgery) -> None:
    """With a visit of the practitioner never; with one of the patient only by somebody who was told of it."""
    first = surgery.book()["visitId"]
    before = surgery.items()
    clash = move(surgery, START + 45 * MINUTE)
    refusal(clash, 409, "clash")
    assert (clash.json["visitId"], surgery.items()) == (first, before)
    phone = surgery.clinic.number("colleague")
    surgery.clinic.member("FAC001", ("clinician",), phone=phone)
    theirs = surgery.book(practitionerId=surgery.clinic.user_id(phone), startsAt=iso(LATER))["visitId"]
    warned = move(surgery)
    refusal(warned, 409, "patient-clash")
    assert warned.json["visitId"] == theirs
    assert move(surgery, allowPatientClash=True).status == 200
    # Its own old time is no clash, and the time that it had is free.
    assert move(surgery, LATER + 10 * MINUTE, '"1"', allowPatientClash=True).status == 200
    assert surgery.book(startsAt=iso(START))["state"] == "scheduled"


def test_a_change_in_between_is_seen(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody joins after the visit was read: it stays where it is, with everybody's time."""
    read = Reservations.get

    def join_and_read(self: Reservations, person_id: str, day: int) -> BusyDay:
        monkeypatch.setattr(Reservations, "get", read)
        surgery.join(surgery.patient)
        return read(self, person_id, day)

    monkeypatch.setattr(Reservations, "get", join_and_read)
    refusal(move(surgery), 409, "wrong-state")
    assert surgery.look()["startsAt"] == iso(START)
    assert reserved(surgery, "patientId") == {START // DAY_MS: {surgery.visit_id}}
