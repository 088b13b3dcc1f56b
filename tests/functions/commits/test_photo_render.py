"""Renders photos that are committed, each for its facility's record."""

from tests.functions.clinic import Clinic, event_of
from tests.functions.commits.record_desk import RecordDesk


def test_messages_about_nothing_do_nothing(clinic: Clinic) -> None:
    """Nor does one that comes twice."""
    assert clinic.invoke("photo_render", event_of("photo_render")) == {"batchItemFailures": []}
    desk = RecordDesk(clinic, "a")
    commit_id = desk.committed("a")
    queue = clinic.wiring.commits.renderings_queue
    queue.waiting += queue.waiting
    desk.work()
    assert desk.statuses(commit_id) == {"a": "committed"}
    assert len(desk.record.documents) == 1


def test_what_the_record_gets_is_what_was_rendered(clinic: Clinic) -> None:
    """A facility that changes its record meanwhile has to commit the photo again."""
    desk = RecordDesk(clinic, "a")
    commit_id = desk.committed("a")
    clinic.wiring.commits.facility.name = "alex:https://another.example"
    desk.work()
    [file] = desk.on("look", commit_id).json["files"]
    assert (file["status"], file["error"]) == ("failed", "record-changed")
    again = desk.committed("a", key="again")
    desk.work()
    assert desk.statuses(again) == {"a": "committed"}
