"""/visits/*: two people meet, and everybody else learns nothing."""

import base64
import json
from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.kernel.instants import iso
from bedside.visits import practitioners, repository
from tests.functions.clinic import Clinic, event_of, refusal
from tests.functions.surgery import MINUTE, START, Surgery

CALLS = (
    "look",
    "join",
    "token",
    "start",
    "audio_only",
    "end",
    "cancel",
    "start_recording",
    "consent",
    "stop_recording",
    "recording",
    "summary",
    "notes",
    "write_notes",
    "notes_history",
)
OF_PRACTITIONERS = (
    "start",
    "end",
    "start_recording",
    "stop_recording",
    "recording",
    "notes",
    "write_notes",
    "notes_history",
)


def everything(surgery: Surgery) -> Any:
    return surgery.clinic.wiring.visits.table.get(surgery.visit_id)


@pytest.mark.parametrize("call", [*CALLS, "book", "page", "practitioners", "watch", "reschedule"])
def test_the_example_events_are_refused(clinic: Clinic, call: str) -> None:
    """Nobody has signed in for them."""
    answer = clinic.invoke("visits", event_of(f"visits_{call}"))
    assert answer["statusCode"] == 401


def test_a_visit_is_booked(surgery: Surgery) -> None:
    """With both names of the time, and a timer for who does not show up."""
    found = surgery.look()
    assert (found["state"], found["startsAt"], found["durationMinutes"]) == ("scheduled", iso(START), 30)
    assert (found["present"], found["history"], found["noShowAt"]) == ([], [], iso(START + 10 * MINUTE))
    assert surgery.clinic.wiring.visits.scheduler.times() == [("visit", START + 10 * MINUTE)]
    assert found == surgery.look(surgery.patient)


def test_a_booking_is_repeated_with_its_key(surgery: Surgery) -> None:
    """The same key gives the same visit, and another body is refused."""
    first, again = (
        surgery.clinic.call("visits_book", surgery.booking(), token=surgery.practitioner, key="a-key") for _ in range(2)
    )
    assert (first.status, again.json["visitId"]) == (201, first.json["visitId"])
    other = surgery.clinic.call(
        "visits_book", surgery.booking(durationMinutes=20), token=surgery.practitioner, key="a-key"
    )
    refusal(other, 422, "idempotency-key-reused")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("patientId", "aaaaaaaaaaaaaaaaaaaaaaaa"),
        ("patientId", "nobody"),
        ("practitionerId", "aaaaaaaaaaaaaaaaaaaaaaaa"),
        ("startsAt", "2026-11-21"),
        ("startsAt", "2026-11-21T02:30:00"),
        ("startsAt", iso(START - 60 * MINUTE)),
        ("startsAt", iso(START + 400 * 24 * 60 * MINUTE)),
        ("startsAt", 1_795_228_200),
        ("durationMinutes", 0),
        ("durationMinutes", 181),
        ("durationMinutes", "30"),
    ],
)
def test_a_booking_that_cannot_be(surgery: Surgery, field: str, value: object) -> None:
    """It names its fields, and nothing is booked."""
    answer = surgery.clinic.call(
        "visits_book", surgery.booking(**{field: value}), token=surgery.practitioner, key="another"
    )
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == [field]


def test_who_books(surgery: Surgery) -> None:
    """Verified clinicians and administrators of a facility, for its own people."""
    clinic = surgery.clinic
    admin = clinic.member("FAC001", ("facilityAdmin",))
    assert clinic.call("visits_book", surgery.booking(), token=admin, key="1").status == 201
    for token in (
        surgery.patient,
        clinic.member("FAC001", ("clinician",), verification="pending"),
        clinic.member(None, ("systemAdmin",)),
    ):
        refusal(clinic.call("visits_book", surgery.booking(), token=token, key="2"), 403, "forbidden")
    elsewhere = clinic.call("visits_book", surgery.booking(), token=clinic.clinician("FAC002"), key="3")
    refusal(elsewhere, 422, "invalid-request")


def test_who_can_be_booked(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verified clinicians of the facility, by page, for those who book there."""
    clinic = surgery.clinic
    clinic.member("FAC001", ("clinician",), verification="pending")
    clinic.clinician("FAC002")
    admin = clinic.member("FAC001", ("facilityAdmin",))
    monkeypatch.setattr(practitioners, "_AT_ONCE", 1)
    monkeypatch.setattr(practitioners, "_READS", 2)
    for token in (admin, surgery.practitioner):
        found: list[dict[str, Any]] = []
        query: dict[str, str] = {}
        while True:
            answer = clinic.call("visits_practitioners", token=token, query=query).json
            found += answer["practitioners"]
            if answer["cursor"] is None:
                break
            query = {"cursor": answer["cursor"]}
        assert found == [{"userId": surgery.booking()["practitionerId"], "name": surgery.look()["practitionerName"]}]
    refusal(clinic.call("visits_practitioners", token=surgery.patient), 403, "forbidden")
    refusal(clinic.call("visits_practitioners", token=admin, query={"cursor": "?"}), 422, "invalid-request")


@pytest.mark.parametrize("call", CALLS)
def test_nobody_else_learns_that_there_is_a_visit(surgery: Surgery, call: str) -> None:
    """Not a clinician of another facility, nor another patient of this one: 404, as for one that there never was."""
    clinic, before = surgery.clinic, everything(surgery)
    for token in (clinic.clinician("FAC002"), clinic.member("FAC001", ("patient",))):
        refusal(surgery.ask(call, token), 404, "visit-not-found")
        refusal(surgery.ask(call, token, visit_id="nothing"), 404, "visit-not-found")
    assert everything(surgery) == before


@pytest.mark.parametrize("call", [call for call in CALLS if call != "look"])
def test_colleagues_see_a_visit_and_do_not_take_part(surgery: Surgery, call: str) -> None:
    """Another clinician of the facility, or its administrator, who may cancel all the same."""
    clinic, before = surgery.clinic, everything(surgery)
    tokens = [clinic.clinician()] + [clinic.member("FAC001", ("facilityAdmin",))] * (call != "cancel")
    for token in tokens:
        assert surgery.look(token)["visitId"] == surgery.visit_id
        refusal(surgery.ask(call, token), 403, "forbidden")
    assert everything(surgery) == before


def test_an_administrator_of_the_facility_cancels_a_visit(surgery: Surgery) -> None:
    """Whoever leaves may be the only one who could. It is told who did; repeating it changes nothing."""
    admin = surgery.clinic.member("FAC001", ("facilityAdmin",))
    elsewhere = surgery.clinic.member("FAC002", ("facilityAdmin",))
    refusal(surgery.ask("cancel", elsewhere), 404, "visit-not-found")
    for _ in range(2):
        assert surgery.done("cancel", admin, {"reason": "They left."})["state"] == "cancelled"
    [step] = surgery.look(surgery.patient)["history"]
    assert step["by"] == surgery.clinic.user_id(surgery.clinic.number(f"FAC001{('facilityAdmin',)}verified"))


@pytest.mark.parametrize("call", OF_PRACTITIONERS)
def test_what_only_the_practitioner_does(surgery: Surgery, call: str) -> None:
    """The patient may not."""
    refusal(surgery.ask(call, surgery.patient), 403, "forbidden")


def test_two_join_and_the_practitioner_ends(surgery: Surgery) -> None:
    """From waiting to completed, with a summary for both."""
    refusal(surgery.ask("summary", surgery.patient), 409, "not-finished")
    joined = surgery.done("join", surgery.patient, {})
    assert (joined["visit"]["state"], joined["visit"]["waitingSince"]) == ("waiting", iso(START))
    room = joined["room"]
    assert "{token}" in room["url"]
    token = surgery.clinic.call(
        "visits_token",
        token=surgery.patient,
        path={"visitId": surgery.visit_id},
        query={"joining": joined["tokenUrl"].rpartition("=")[2]},
    )
    assert (token.status, token.json["expiresIn"]) == (200, 60)
    assert token.json["rtcToken"].startswith(f"token.{room['roomId']}.")
    surgery.at(MINUTE)
    under_way = surgery.done("join", surgery.practitioner, {})["visit"]
    assert (under_way["state"], under_way["startedAt"]) == ("inProgress", iso(START + MINUTE))
    assert (under_way["warningAt"], under_way["limitAt"]) == (iso(START + 41 * MINUTE), iso(START + 46 * MINUTE))
    assert surgery.clinic.wiring.visits.scheduler.times() == [
        ("visit", START + 46 * MINUTE),
        ("visitWarning", START + 41 * MINUTE),
    ]
    surgery.at(21 * MINUTE)
    assert surgery.done("end", surgery.practitioner, {})["state"] == "completed"
    assert surgery.clinic.wiring.visits.rooms.ended == {room["roomId"]}
    assert surgery.clinic.wiring.visits.scheduler.times() == []
    for token_of in (surgery.patient, surgery.practitioner):
        assert surgery.done("summary", token_of) == {
            "doctorName": None,
            "patientName": None,
            "startedAt": iso(START + MINUTE),
            "endedAt": iso(START + 21 * MINUTE),
            "durationSeconds": 1200,
            "recorded": False,
            "recordingState": None,
            "outcome": "completed",
            "recordingConsents": [],
        }


def test_a_visit_is_read_once_for_a_join(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a room or without one yet."""
    read, get = list[str](), Table.get

    def reading(table: Table, pk: str) -> Any:
        read.append(pk)
        return get(table, pk)

    monkeypatch.setattr(Table, "get", reading)
    for who in (surgery.patient, surgery.practitioner):
        surgery.join(who)
    assert read.count(surgery.visit_id) == 2


def test_a_visit_changes_while_its_room_is_made(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who joins meanwhile is there too, in the same room, which is asked for once; who cancels lets nobody in."""
    rooms, other = surgery.clinic.wiring.visits.rooms, surgery.book()["visitId"]
    make = rooms.open

    def meeting(visit_id: str) -> str:
        monkeypatch.setattr(rooms, "open", make)
        if visit_id == other:
            surgery.done("cancel", surgery.patient, {}, visit_id=other)
        else:
            surgery.join(surgery.practitioner)
        return make(visit_id)

    monkeypatch.setattr(rooms, "open", meeting)
    assert surgery.done("join", surgery.patient, {})["visit"]["state"] == "inProgress"
    assert {one.party for one in surgery.kept().facts.joinings.values()} == {"patient", "practitioner"}
    assert rooms.asked == [("open", surgery.visit_id)] * 2
    monkeypatch.setattr(rooms, "open", meeting)
    refusal(surgery.ask("join", surgery.patient, {}, visit_id=other), 409, "wrong-state")
    assert surgery.clinic.wiring.visits.repository.get(other).facts.joinings == {}


def test_a_token_is_fetched_once_within_a_minute(surgery: Surgery) -> None:
    """By whoever joined; then they join again."""

    def fetch(token: str, joining: str) -> int:
        path = {"visitId": surgery.visit_id}
        return surgery.clinic.call("visits_token", token=token, path=path, query={"joining": joining}).status

    first = surgery.join(surgery.patient)
    assert fetch(surgery.practitioner, first) == 404
    assert fetch(surgery.patient, first) == 200
    assert fetch(surgery.patient, first) == 404
    late = surgery.join(surgery.patient)
    surgery.at(MINUTE)
    assert fetch(surgery.patient, late) == 404
    assert fetch(surgery.patient, "nobody") == 404


@pytest.mark.parametrize(
    ("call", "who", "state"),
    [
        ("end", "practitioner", "scheduled"),
        ("start", "practitioner", "scheduled"),
        ("end", "practitioner", "waiting"),
        ("cancel", "practitioner", "inProgress"),
        ("cancel", "patient", "inProgress"),
        ("join", "patient", "cancelled"),
        ("join", "practitioner", "completed"),
        ("start", "practitioner", "completed"),
        ("cancel", "patient", "completed"),
        ("end", "practitioner", "cancelled"),
    ],
)
def test_what_the_state_does_not_allow(surgery: Surgery, call: str, who: str, state: str) -> None:
    """409, with the state in it, and nothing changes."""
    if state in {"waiting", "inProgress", "completed"}:
        surgery.join(surgery.patient)
    if state in {"inProgress", "completed"}:
        surgery.join(surgery.practitioner)
    if state == "completed":
        surgery.done("end", surgery.practitioner, {})
    if state == "cancelled":
        surgery.done("cancel", surgery.patient, {"reason": "Feels better."})
    before = everything(surgery)
    answer = surgery.ask(call, getattr(surgery, who), {})
    refusal(answer, 409, "wrong-state")
    assert answer.json["state"] == state
    assert everything(surgery) == before


def test_what_was_decided_may_be_said_again(surgery: Surgery) -> None:
    """Its answer may have been lost; the second changes nothing."""
    for _ in range(2):
        assert surgery.done("cancel", surgery.patient, {})["outcome"] == "cancelled"
    assert len(surgery.kept().history) == 1


def test_a_practitioner_starts_with_the_patient_who_waits(surgery: Surgery) -> None:
    """Without joining the room; and starting again changes nothing."""
    surgery.join(surgery.patient)
    for _ in range(2):
        assert surgery.done("start", surgery.practitioner, {})["state"] == "inProgress"
    assert len(surgery.kept().facts.joinings) == 2


def test_a_loss_is_awaited_and_made_good(surgery: Surgery) -> None:
    """The provider tells of the loss a minute late; who joins again goes on."""
    lost, there = surgery.join(surgery.patient), surgery.join(surgery.practitioner)
    assert surgery.hear("peer.join.success", lost)
    assert surgery.hear("peer.join.success", there, "peer-2")
    surgery.at(6 * MINUTE)
    assert surgery.hear("peer.leave.success", lost, at=START + 5 * MINUTE)
    found = surgery.look()
    assert (found["state"], found["returnBy"]) == ("interrupted", iso(START + 7 * MINUTE))
    assert found["present"] == ["practitioner"]
    assert ("visit", START + 7 * MINUTE) in surgery.clinic.wiring.visits.scheduler.times()
    surgery.join(surgery.patient)
    surgery.at(8 * MINUTE)
    surgery.fire()
    assert surgery.look()["state"] == "inProgress"
    assert ("visit", START + 45 * MINUTE) in surgery.clinic.wiring.visits.scheduler.times()


def test_who_does_not_come_back_is_not_waited_for(surgery: Surgery) -> None:
    """After the grace the visit is over; it ended with the loss."""
    lost = surgery.join(surgery.patient)
    surgery.join(surgery.practitioner)
    surgery.at(5 * MINUTE)
    surgery.hear("peer.leave.success", lost)
    surgery.at(7 * MINUTE + 1000)
    surgery.fire()
    assert surgery.kept().state == "timedOut"
    assert surgery.done("summary", surgery.practitioner)["outcome"] == "connectionLost"
    assert surgery.done("summary", surgery.practitioner)["durationSeconds"] == 300


def test_leaving_is_not_losing(surgery: Surgery) -> None:
    """Whoever presses the room's red button has left; once both have, the visit is completed."""
    joinings = {who: surgery.join(token) for who, token in (("p", surgery.patient), ("d", surgery.practitioner))}
    surgery.at(5 * MINUTE)
    surgery.hear("peer.leave.success", joinings["d"], "peer-d", reason="client request")
    found = surgery.look()
    assert (found["state"], found["present"], found["left"]) == ("interrupted", ["patient"], ["practitioner"])
    surgery.at(6 * MINUTE)
    surgery.hear("peer.leave.success", joinings["p"], reason="client request")
    found = surgery.look()
    assert (found["state"], found["outcome"], found["left"]) == ("completed", "left", [])
    assert found["history"][-1]["cause"] == "left"
    assert surgery.done("summary", surgery.patient)["durationSeconds"] == 300


def test_a_practitioner_who_left_and_does_not_return_completes_the_visit(surgery: Surgery) -> None:
    """After the grace; the patient, who stays, is not told that networks fail."""
    surgery.join(surgery.patient)
    left = surgery.join(surgery.practitioner)
    surgery.at(5 * MINUTE)
    surgery.hear("peer.leave.success", left, reason="client request")
    surgery.at(7 * MINUTE - 1)
    surgery.fire()
    assert surgery.look()["state"] == "interrupted"
    surgery.at(7 * MINUTE)
    surgery.fire()
    found = surgery.look()
    assert (found["state"], found["outcome"], found["endedAt"]) == ("completed", "left", iso(START + 5 * MINUTE))


@pytest.mark.parametrize("reason", [None, "", "network lost", "Client Request ", 7, ["client request"]])
def test_any_other_reason_is_a_loss(surgery: Surgery, reason: object) -> None:
    """Only what the provider calls a request of the client is a choice."""
    lost = surgery.join(surgery.patient)
    surgery.join(surgery.practitioner)
    surgery.at(5 * MINUTE)
    surgery.hear("peer.leave.success", lost, reason=reason)
    assert surgery.look()["left"] == []
    surgery.at(7 * MINUTE)
    assert surgery.look()["outcome"] == "connectionLost"


@pytest.mark.parametrize("there", ["patient", "practitioner"])
def test_a_no_show_says_who_did_not_show(surgery: Surgery, there: str) -> None:
    """The one who was there can see that it was not them."""
    surgery.join({"patient": surgery.patient, "practitioner": surgery.practitioner}[there])
    assert surgery.look()["didNotShow"] == []
    surgery.at(10 * MINUTE)
    surgery.fire()
    [missing] = {"patient", "practitioner"} - {there}
    assert surgery.look()["didNotShow"] == [missing]


def test_the_list_is_of_the_facility_or_of_the_patient(surgery: Surgery) -> None:
    """Today's in their order, all from the last; nobody else's."""
    clinic = surgery.clinic
    later = surgery.book(startsAt=iso(START + 30 * MINUTE))["visitId"]
    tomorrow = surgery.book(startsAt=iso(START + 24 * 60 * MINUTE))["visitId"]

    def page(token: str, **query: str) -> Any:
        answer = clinic.call("visits_page", token=token, query=query)
        assert answer.status == 200, answer
        return [visit["visitId"] for visit in answer.json["visits"]]

    for token in (surgery.practitioner, surgery.patient, clinic.member("FAC001", ("facilityAdmin",))):
        assert page(token, view="today") == [surgery.visit_id, later]
        assert page(token, view="today", dayStart=iso(START + 10 * MINUTE)) == [later, tomorrow]
        # The day on which the clocks change has an hour more, or less.
        assert page(token, view="today", dayStart=iso(START), dayEnd=iso(START + 24 * 60 * MINUTE)) == [
            surgery.visit_id,
            later,
        ]
        assert page(token, view="today", dayStart=iso(START), dayEnd=iso(START + 25 * 60 * MINUTE)) == [
            surgery.visit_id,
            later,
            tomorrow,
        ]
        assert page(token, view="all") == [tomorrow, later, surgery.visit_id]
    for token in (clinic.clinician("FAC002"), clinic.member("FAC001", ("patient",)), clinic.member(None, ("patient",))):
        assert page(token, view="all") == []
    # A patient's own; who works here has none, unless as somebody's patient.
    assert page(surgery.patient, view="mine") == [tomorrow, later, surgery.visit_id]
    assert page(surgery.practitioner, view="mine") == []
    refusal(clinic.call("visits_page", token=surgery.patient, query={"view": "week"}), 422, "invalid-request")
    for cursor in ("x", "W10=", "eyJhIjoxfQ==", "WzEsMl0="):
        answer = clinic.call("visits_page", token=surgery.patient, query={"cursor": cursor})
        refusal(answer, 422, "invalid-request")


def test_a_day_has_what_goes_on_across_its_midnights(surgery: Surgery) -> None:
    """A visit of before midnight until it is over, and one of after midnight as soon as somebody is there."""
    midnight = START + 5 * MINUTE
    later = surgery.book(startsAt=iso(midnight + 25 * MINUTE))["visitId"]

    def listed(begins: int, **more: str) -> list[str]:
        query = {"view": "today", "dayStart": iso(begins), "dayEnd": iso(begins + 24 * 60 * MINUTE), **more}
        answers = [surgery.clinic.call("visits_page", token=who, query=query) for who in people]
        assert answers[0].json["visits"] == answers[1].json["visits"]
        return [visit["visitId"] for visit in answers[0].json["visits"]]

    people = (surgery.practitioner, surgery.patient)
    yesterday, today = midnight - 24 * 60 * MINUTE, midnight
    surgery.at(4 * MINUTE)
    surgery.join(surgery.patient)
    surgery.done("join", surgery.patient, {}, visit_id=later)
    assert listed(yesterday) == [surgery.visit_id, later]
    assert listed(today) == [later]
    for minutes in (5, 9):
        surgery.at(minutes * MINUTE)
        assert listed(yesterday) == [surgery.visit_id]
        assert listed(today) == [surgery.visit_id, later]
    surgery.join(surgery.practitioner)
    surgery.at(9 * MINUTE + 45 * MINUTE - 1)
    assert listed(today)[0] == surgery.visit_id
    surgery.at(9 * MINUTE + 45 * MINUTE)
    assert listed(today) == [later]


def test_visits_that_ended_before_midnight_leave_no_empty_page(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages that hold nothing of the day are passed over."""
    monkeypatch.setattr(repository, "PAGE", 2)
    over = []
    for number in range(5):
        over.append(surgery.visit_id if number == 0 else surgery.book(startsAt=iso(START + number))["visitId"])
        surgery.done("cancel", surgery.practitioner, {}, visit_id=over[-1])
    later = surgery.book(startsAt=iso(START + 5 * MINUTE))["visitId"]
    surgery.at(5 * MINUTE)
    query = {"view": "today", "dayStart": iso(START + 5 * MINUTE)}
    answer = surgery.clinic.call("visits_page", token=surgery.patient, query=query).json
    assert [visit["visitId"] for visit in answer["visits"]] == [later]
    query["cursor"] = base64.urlsafe_b64encode(json.dumps([over[-1], START + 4]).encode()).decode()
    assert surgery.clinic.call("visits_page", token=surgery.patient, query=query).json["visits"] == answer["visits"]


def test_a_long_list_comes_in_pages(surgery: Surgery) -> None:
    """Fifty at a time, none twice, none left out."""
    for number in range(60):
        surgery.clinic.call_anew()
        surgery.book(startsAt=iso(START + (30 + number) * MINUTE), durationMinutes=1)
    found: list[str] = []
    query = {"view": "all"}
    while query:
        answer = surgery.clinic.call("visits_page", token=surgery.patient, query=query).json
        found += [visit["visitId"] for visit in answer["visits"]]
        query = {"view": "all", "cursor": answer["cursor"]} if answer["cursor"] else {}
    assert len(found) == len(set(found)) == 61
