"""Takes files to records: what goes wrong there, by the function's messages."""

from tests.functions.clinic import Clinic, event_of
from tests.functions.commits.record_desk import RecordDesk

MINUTE_MS = 60_000


def test_messages_about_nothing_do_nothing(clinic: Clinic) -> None:
    assert clinic.invoke("record_commit", event_of("record_commit")) == {"batchItemFailures": []}
    assert clinic.wiring.commits.facility.record.requests == []


def test_a_lost_answer_is_searched_for(clinic: Clinic) -> None:
    """Not at once, because the record may still be at it; and as often as need be."""
    desk = RecordDesk(clinic, "a")
    desk.record.create_faults, desk.record.find_faults = ["answer-lost"], ["unreachable"]
    commit_id = desk.committed("a")
    desk.work()
    desk.work()
    assert desk.record.requests == ["create"]
    for _ in range(3):
        clinic.wiring.ahead_ms += MINUTE_MS
        desk.work()
    assert desk.record.requests == ["create", "find", "find"]
    assert desk.statuses(commit_id) == {"a": "committed"}
    assert len(desk.record.documents) == 1
