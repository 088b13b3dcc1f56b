"""Changes of visits become records of what their people should be told: planned, moved and withdrawn."""

from bedside.kernel.instants import iso
from tests.functions.clinic import event_of
from tests.functions.notifications.post import Post
from tests.functions.surgery import MINUTE, START, Surgery

DAY, HOUR = 24 * 60 * MINUTE, 60 * MINUTE


def states(post: Post) -> list[tuple[str, str]]:
    return [(record.workflow, record.state) for record in post.records()]


def test_reminders_move_with_their_visit_and_go_with_it(surgery: Surgery, post: Post) -> None:
    """Those ahead wait in schedules; a visit that has moved has others, one that is cancelled none."""
    visit_id = surgery.book(startsAt=iso(START + 3 * DAY))["visitId"]
    post.changed(twice=True)
    scheduler = post.clinic.wiring.notifications.scheduler
    ahead = [record for record in post.records() if record.subject_id == visit_id and record.workflow != "visit-booked"]
    times = [(record.workflow, record.send_at - START - 3 * DAY) for record in ahead]
    assert sorted(times, key=lambda each: (each[1], each[0])) == [
        ("visit-reminder-day", -DAY),
        ("visit-reminder-hour", -HOUR),
        ("visit-room-open", -5 * MINUTE),
        ("visit-starts", -5 * MINUTE),
    ]
    assert sorted(at for at, _ in scheduler.waiting.values()) == [record.send_at for record in ahead]
    version = surgery.ask("look", surgery.practitioner, visit_id=visit_id).headers["etag"]
    moved = {"startsAt": iso(START + 4 * DAY)}
    surgery.done("reschedule", surgery.practitioner, moved, visit_id=visit_id, headers={"if-match": version})
    post.changed()
    assert {at - START for at, _ in scheduler.waiting.values()} == {3 * DAY, 4 * DAY - HOUR, 4 * DAY - 5 * MINUTE}
    surgery.done("cancel", surgery.practitioner, {}, visit_id=visit_id)
    post.changed()
    assert scheduler.waiting == {}
    about = [record for record in post.records() if record.subject_id == visit_id]
    assert {record.state for record in about if record.workflow != "visit-cancelled"} == {"withdrawn"}
    assert [record.recipient for record in about if record.workflow == "visit-cancelled"] == [
        surgery.clinic.user_id(surgery.clinic.number("visit patient"))
    ]


def test_what_is_due_goes_to_the_queue_at_once(surgery: Surgery, post: Post) -> None:
    """With nothing but the record's key in it."""
    surgery.join(surgery.practitioner)
    post.changed()
    [record] = post.records()
    assert (record.workflow, record.state) == ("visit-clinician-waits", "planned")
    queue = post.clinic.wiring.notifications.queue
    assert queue.waiting == [(START + 3 * MINUTE, {"record": record.record_id})]


def test_a_subject_that_cannot_be_planned_holds_up_no_other(surgery: Surgery, post: Post) -> None:
    """It goes to the queue, which gives it up at last; a service that is away lets the stream wait."""
    assert post.clinic.dynamodb
    [good] = [image for image in post.clinic.dynamodb.take_versions("bedside-visits-test") if "joinings" in image]
    post.clinic.wiring.visits.visit_notices.table.update(
        surgery.visit_id, "SET #history = :odd", condition="attribute_exists(#pk)", values={"odd": ["odd"]}
    )
    post.trigger([good, {"pk": {"S": "odd"}}, good])
    queue = post.clinic.wiring.notifications.queue
    assert [message for _, message in queue.waiting] == [{"kind": "visit", "subject": surgery.visit_id}] * 2
    assert post.dispatch(*queue.due()) == ["0", "1"]
    assert post.records() == []


def test_the_example_is_a_visit() -> None:
    """It is of the table of visits."""
    [record] = event_of("notification_trigger")["Records"]
    assert "joinings" in record["dynamodb"]["NewImage"]
