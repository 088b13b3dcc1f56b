"""Whatever is sent to the calls of visits, it is answered as a problem that repeats nothing, and nothing is written."""

import base64
import json
from typing import Any

import pytest

from bedside.kernel.instants import iso
from tests.functions.clinic import Answer
from tests.functions.platform.test_malformed import DEEP, ENCODED, RAW, SECRET, VALUES, refused_quietly
from tests.functions.surgery import START, Surgery
from tests.functions.visits.test_visits import CALLS

TEXTS = ("chiefComplaint", "observations", "assessment", "plan")
BODIES: dict[str, tuple[str, ...]] = {
    "book": ("patientId", "practitionerId", "startsAt", "durationMinutes"),
    "audio_only": ("reason",),
    "cancel": ("reason",),
    "reschedule": ("startsAt", "durationMinutes"),
    "write_notes": TEXTS,
}
# Bodies without a word that a cancellation asks for: a reason may be left out, and what nobody knows is ignored.
NO_REASON = {"empty", "NUL", "NaN", "many fields"}


def good(surgery: Surgery, call: str) -> dict[str, Any]:
    texts = dict.fromkeys(TEXTS, "Well.")
    booking = surgery.booking()
    return {
        "audio_only": {"reason": "camera"},
        "book": booking,
        "cancel": {"reason": "Feels better."},
        "reschedule": {"startsAt": booking["startsAt"], "durationMinutes": 20},
        "write_notes": texts,
    }[call]


def send(surgery: Surgery, call: str, raw: str, *, base64_encoded: bool = False, token: str | None = None) -> Answer:
    """Send this body as somebody who may make the call."""
    surgery.clinic.call_anew()
    token = surgery.practitioner if token is None else token
    path = None if call in {"book", "page", "watch"} else {"visitId": surgery.visit_id}
    return surgery.clinic.call(
        f"visits_{call}", raw=raw, base64_encoded=base64_encoded, token=token, path=path, headers={"if-match": '"0"'}
    )


def everything(surgery: Surgery) -> Any:
    return surgery.items(), surgery.clinic.wiring.visits.scheduler.times(), surgery.clinic.wiring.visits.rooms.asked


def fits(call: str, field: str, value: Any) -> bool:
    if value is None:
        return (call, field) in {("reschedule", "durationMinutes"), ("audio_only", "reason")}
    if field == "durationMinutes":
        return type(value) is int and 1 <= value <= 180
    if call == "audio_only":
        return False
    if field == "reason":
        return isinstance(value, str) and len(value) <= 500
    return field in TEXTS and isinstance(value, str) and len(value) <= 10_000


@pytest.mark.parametrize("call", BODIES)
def test_bodies_that_are_none(surgery: Surgery, call: str) -> None:
    """Nonsense, depth, size, characters that are none: 413 or 422, and everything is as it was."""
    before = everything(surgery)
    # Notes may be longer than all other bodies.
    too_large = {"6 MB"} if call == "write_notes" else {"6 MB", "65 KB", "deep"}
    for name, raw in RAW.items():
        if call == "cancel" and name in NO_REASON:
            continue
        answer = send(surgery, call, raw)
        refused_quietly(answer, 413 if name in too_large else 422)
    for name, raw in ENCODED.items():
        refused_quietly(send(surgery, call, raw, base64_encoded=True), 413 if name in too_large else 422)
    assert everything(surgery) == before


@pytest.mark.parametrize("name", sorted(NO_REASON))
def test_a_cancellation_without_a_reason(surgery: Surgery, name: str) -> None:
    """It is one; nothing of the body is kept, nor repeated."""
    answer = send(surgery, "cancel", RAW[name])
    assert (answer.status, answer.json["state"]) == (200, "cancelled"), answer
    assert [one.reason for one in surgery.kept().facts.decisions] == [""]
    for part in ("Aroha", "9999", "f3999"):
        assert part not in answer.text


@pytest.mark.parametrize(("call", "field"), [(call, field) for call, fields in BODIES.items() for field in fields])
def test_fields_of_another_kind(surgery: Surgery, call: str, field: str) -> None:
    """A wrong type or text in any field is refused by its name, and everything is as it was."""
    before = everything(surgery)
    for value in VALUES:
        if fits(call, field, value):
            continue
        answer = send(surgery, call, json.dumps(good(surgery, call) | {field: value}))
        refused_quietly(answer, 422)
        assert {fault["field"].split(".")[0] for fault in answer.json["errors"]} == {field}
    assert everything(surgery) == before


@pytest.mark.parametrize("call", BODIES)
def test_a_body_in_base64_is_read(surgery: Surgery, call: str) -> None:
    """API Gateway may encode a body; it then counts as if it had not."""
    raw = base64.b64encode(json.dumps(good(surgery, call)).encode()).decode()
    assert send(surgery, call, raw, base64_encoded=True).status in {200, 201}


@pytest.mark.parametrize("call", [*CALLS, "book", "page", "watch", "reschedule"])
def test_other_authorization_is_refused_before_the_body_is_read(surgery: Surgery, call: str) -> None:
    """401 whatever the body is, and nothing of the header in the answer."""
    for token in ("", "\ud800", "a\x00b", "x" * 9000, "..", "1.", "💉", "1.e30.x", SECRET):
        refused_quietly(send(surgery, call, "[" * DEEP, token=token), 401)


QUERIES: tuple[tuple[str, str], ...] = (
    ("view", SECRET),
    ("view", ""),
    ("view", "today\x00"),
    ("cursor", "x" * 301),
    ("cursor", "\ud800"),
    ("cursor", "ä"),
    ("cursor", "\x00"),
    *(
        ("cursor", base64.urlsafe_b64encode(raw.encode()).decode())
        for raw in (
            "[" * 200,
            '["", 1]',
            '["a", 1.5]',
            '["a", true, 1]',
            '["a", true]',
            '["a", "1"]',
            '["a", NaN]',
            f'["a", {"9" * 150}]',
            f'["a", -{"9" * 150}]',
            '["a"]',
            "null",
            SECRET,
        )
    ),
    *(
        (field, instant)
        for field in ("dayStart", "dayEnd")
        for instant in (
            "today",
            "2026-11-21",
            "2026-11-21T00:00:00",
            "99999-01-01T00:00:00Z",
            "9" * 5000,
            "\ud800",
        )
    ),
)


def test_queries_of_another_kind(surgery: Surgery) -> None:
    """They are refused by name, and not repeated."""
    for field, value in QUERIES:
        answer = surgery.clinic.call("visits_page", token=surgery.patient, query={"view": "all", field: value})
        refused_quietly(answer, 422)
        assert [fault["field"] for fault in answer.json["errors"]] == [field]


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00"])
def test_days_of_which_there_are_no_visits(surgery: Surgery, day: str) -> None:
    """However far away: an empty list."""
    answer = surgery.clinic.call("visits_page", token=surgery.patient, query={"dayStart": day})
    assert (answer.status, answer.json["visits"]) == (200, [])


def test_a_cursor_of_another_day_is_none(surgery: Surgery) -> None:
    """DynamoDB would refuse to begin outside of what is asked for: it is said here, and not as its failure."""
    cursor = base64.urlsafe_b64encode(json.dumps([surgery.visit_id, START]).encode()).decode()
    for day, status in ((START, 200), (START - 86_400_000, 422), (START + 1, 422)):
        query = {"view": "today", "dayStart": iso(day), "cursor": cursor}
        answer = surgery.clinic.call("visits_page", token=surgery.patient, query=query)
        assert answer.status == status, answer


def test_a_day_that_ends_before_it_begins_is_none(surgery: Surgery) -> None:
    """DynamoDB would refuse it: it is said here."""
    for after, status in ((1, 200), (0, 422), (-1, 422)):
        query = {"dayStart": iso(START), "dayEnd": iso(START + after)}
        answer = surgery.clinic.call("visits_page", token=surgery.patient, query=query)
        assert answer.status == status, answer


IDS = ("..", "%00", "a" * 65, "a" * 9000, "ä", "<script>", "%23", "notes%23x", "-", "'", "live-ticket")


@pytest.mark.parametrize("call", CALLS)
def test_ids_that_are_none(surgery: Surgery, call: str) -> None:
    """There is no such visit, and nothing of the path is repeated."""
    before = everything(surgery)
    body = good(surgery, call) if call == "write_notes" else None
    for visit_id in IDS:
        answer = surgery.ask(call, surgery.practitioner, body, visit_id=visit_id, query={"joining": "a"})
        refused_quietly(answer, 404)
        assert len(visit_id) < 3 or visit_id not in answer.text
    assert everything(surgery) == before


@pytest.mark.parametrize("joining", ["", "..", "\ud800", "a b", "a" * 65, "#", "claim:x", SECRET + "\n"])
def test_joinings_that_are_none(surgery: Surgery, joining: str) -> None:
    """They are refused by name; without one, too."""
    surgery.join(surgery.patient)
    before = everything(surgery)
    for query in ({"joining": joining}, {}):
        answer = surgery.ask("token", surgery.patient, query=query)
        refused_quietly(answer, 422)
        assert [fault["field"] for fault in answer.json["errors"]] == ["joining"]
    assert everything(surgery) == before
