"""POST /visits/{visitId}/notes/commit, GET …/commits and POST …/commits/resolve: signed notes go to the record."""

from typing import Any

from tests.functions.clinic import Answer, refusal
from tests.functions.commits.record_desk import known, signed
from tests.functions.hooks import batch
from tests.functions.surgery import Surgery


def ask(surgery: Surgery, call: str, body: Any = None, token: str = "") -> Answer:
    path = {"visitId": surgery.visit_id}
    return surgery.clinic.call(f"commits_{call}", body, token=token or surgery.practitioner, path=path)


def listed(surgery: Surgery) -> list[tuple[int, str]]:
    answer = ask(surgery, "look_at_notes")
    assert answer.status == 200, answer
    return [(each["addenda"], each["status"]) for each in answer.json["files"]]


def work(surgery: Surgery) -> None:
    """Hand on the messages that are due: to the function that renders, then to the one that sends."""
    wiring = surgery.clinic.wiring.commits
    for function, queue in (("photo_render", wiring.renderings_queue), ("record_commit", wiring.records_queue)):
        for message in queue.due():
            result = surgery.clinic.invoke(function, batch(message), remaining_ms=120_000)
            assert result == {"batchItemFailures": []}


def test_signed_notes_arrive_in_the_record(surgery: Surgery) -> None:
    """Once, however often they are committed; with an addendum, they are another document."""
    record = surgery.clinic.wiring.commits.facility.record
    refusal(ask(surgery, "commit_notes"), 409, "notes-not-signed")
    signed(surgery)
    refusal(ask(surgery, "commit_notes"), 409, "no-record-target")
    surgery.clinic.wiring.commits.facility.name = "fhir:https://record.example"
    refusal(ask(surgery, "commit_notes"), 409, "patient-unknown")
    assert listed(surgery) == []
    known(surgery)
    answers = [ask(surgery, "commit_notes") for _ in range(2)]
    assert [(each.status, each.json["status"]) for each in answers] == [(202, "committing")] * 2
    work(surgery)
    assert listed(surgery) == [(0, "committed")]
    surgery.clinic.append()
    path = {"encounterId": surgery.visit_id}
    told = surgery.clinic.call("encounters_look", token=surgery.practitioner, path=path).json["timeline"]
    assert [each["actor"]["kind"] for each in told if each["kind"] == "notes-committed"] == ["user"]
    [document] = record.documents
    assert (document.kind, document.patient.name, document.content_type) == ("note", "Mere Pāki", "application/pdf")
    assert document.notes.startswith("Chief complaint\nItching.\n\nPlan\nRest.\n\nSigned ")
    surgery.done("add_to_notes", surgery.practitioner, {"text": "Healed."}, headers={"if-match": '"2"'})
    assert ask(surgery, "commit_notes").json["addenda"] == 1
    work(surgery)
    assert listed(surgery) == [(0, "committed"), (1, "committed")]
    assert len(record.documents) == 2
    refusal(ask(surgery, "commit_notes", token=surgery.patient), 403, "forbidden")


def test_a_practitioner_says_what_nobody_knows(surgery: Surgery) -> None:
    """The record took the notes, lost its answer, and cannot be searched."""
    facility = surgery.clinic.wiring.commits.facility
    facility.name, facility.record.searchable, facility.record.create_faults = "fhir:x", False, ["answer-lost"]
    signed(surgery)
    known(surgery)
    refusal(ask(surgery, "resolve_notes", {"addenda": 0, "absent": True}), 404, "commit-not-found")
    assert ask(surgery, "commit_notes").status == 202
    work(surgery)
    refusal(ask(surgery, "resolve_notes", {"addenda": 0, "absent": True}), 409, "wrong-state")
    surgery.clinic.wiring.ahead_ms += 60_000
    work(surgery)
    assert listed(surgery) == [(0, "unknown")]
    refusal(ask(surgery, "resolve_notes", {"addenda": 0}), 422, "invalid-request")
    answer = ask(surgery, "resolve_notes", {"addenda": 0, "documentId": "doc-0"})
    assert (answer.status, answer.json["status"], answer.json["documentId"]) == (200, "committed", "doc-0")
    assert len(facility.record.documents) == 1
