"""The inbox, preferences and the delivery log, through the real handler and table."""

from dataclasses import replace
from typing import Any

import pytest

from bedside.identity.person import user_id_of
from bedside.notifications.record import Attempt, Record, Told, planned
from bedside.ports.notices import Notice
from tests.functions.clinic import PSEUDONYM_KEY, Clinic, refusal


class Reader:
    """A patient of the facility who was told things, and an administrator."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        phones = {role: clinic.number(f"notifications {role}") for role in ("patient", "facilityAdmin")}
        self.tokens = {role: clinic.member(clinic.facility, (role,), phone=phone) for role, phone in phones.items()}
        self.user_id = user_id_of(PSEUDONYM_KEY, phones["patient"])
        self.stranger = clinic.member(None, ("patient",), phone=clinic.number("notifications stranger"))
        self.records, self.recipients = clinic.wiring.notifications.records, clinic.wiring.notifications.recipients

    def plan(self, subject_id: str, **changes: Any) -> Record:
        self.clinic.wiring.ahead_ms += 1000
        now = self.clinic.wiring.now_ms()
        notice = Notice("visit-cancelled", self.user_id, "visit", subject_id, "1", now, facility_id="FAC001", **changes)
        record = planned(notice, now)
        assert self.records.create(record)
        return record

    def tell(self, subject_id: str, text: str) -> Record:
        """Tell the patient something, as the dispatch does."""
        record, now = self.plan(subject_id), self.clinic.wiring.now_ms()
        told = replace(
            record,
            state="told",
            due_at=None,
            told_at=now,
            told=Told("Your appointment", text, "/my-visits"),
            attempts={"sms": Attempt("sent", now, "provider's id")},
        )
        saved = self.records.save(told, self.recipients.told_change(self.user_id, now))
        assert saved
        return saved

    def done(self, call: str, by: str = "patient", **more: Any) -> Any:
        answer = self.clinic.call(f"notifications_{call}", token=self.tokens[by], **more)
        assert answer.status == 200, answer
        return answer.json


@pytest.fixture
def reader(clinic: Clinic) -> Reader:
    return Reader(clinic)


def test_an_inbox_has_what_its_owner_was_told(reader: Reader) -> None:
    """Newest first, and not what is planned; read one by one or all at once, and again is the same."""
    reader.plan("ahead")
    records = [reader.tell(name, f"About {name}") for name in ("one", "two", "three")]
    inbox = reader.done("inbox")
    assert [each["text"] for each in inbox["notifications"]] == ["About three", "About two", "About one"]
    assert (inbox["unread"], inbox["cursor"]) == (3, None)
    path = {"notificationId": records[0].record_id}
    assert reader.done("read", path=path) == reader.done("read", path=path) == {"unread": 2}
    inbox = reader.done("inbox")
    assert ([each["read"] for each in inbox["notifications"]], inbox["unread"]) == ([False, False, True], 2)
    assert reader.done("read_all") == reader.done("read_all") == {"unread": 0}
    assert reader.done("read", path={"notificationId": records[1].record_id}) == {"unread": 0}
    assert {each["read"] for each in reader.done("inbox")["notifications"]} == {True}
    refusal(reader.clinic.call("notifications_read", token=reader.stranger, path=path), 404, "notification-not-found")


def test_an_inbox_has_pages(reader: Reader) -> None:
    """The count of what is unread is that of all of them."""
    for number in range(53):
        reader.tell(str(number), str(number))
    first = reader.done("inbox")
    rest = reader.done("inbox", query={"cursor": first["cursor"]})
    assert [len(page["notifications"]) for page in (first, rest)] == [50, 3]
    assert (first["unread"], rest["unread"], rest["cursor"]) == (53, 53, None)
    refusal(
        reader.clinic.call("notifications_inbox", token=reader.stranger, query={"cursor": "W10="}),
        422,
        "invalid-request",
    )


def test_preferences_are_the_callers_own(reader: Reader) -> None:
    """Whoever never chose has the facility's zone; a change names the version that it is based on."""
    channels = ["push", "mail", "sms"]
    first = reader.done("preferences")
    assert (first["channels"], first["quietHours"], first["timeZone"], first["discreet"]) == (
        channels,
        None,
        "UTC",
        True,
    )
    chosen = {
        "channels": ["sms", "push"],
        "categories": {"money": []},
        "quietHours": {"from": "22:00", "to": "07:00"},
        "timeZone": "Pacific/Auckland",
        "digest": "daily",
        "discreet": False,
        "language": "de",
    }
    saved = reader.done("save_preferences", body=chosen)
    assert reader.done("save_preferences", body=chosen) == saved == reader.done("preferences")
    assert saved["channels"] == saved["categories"]["appointments"] == ["push", "sms"]
    assert (saved["categories"]["money"], saved["quietHours"]) == ([], chosen["quietHours"])
    answer = reader.clinic.call("notifications_save_preferences", {"channels": ["sms"]}, token=reader.tokens["patient"])
    refusal(answer, 412, "precondition-failed")


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"channels": []}, "critical-required"),
        ({"channels": ["pigeon"]}, "invalid-request"),
        ({"categories": {"money": ["pigeon"]}}, "invalid-request"),
        ({"quietHours": {"from": "7:00", "to": "22:00"}}, "invalid-request"),
        ({"quietHours": {"from": "07:00", "to": "07:00"}}, "invalid-request"),
        ({"timeZone": "Middle/Earth"}, "invalid-request"),
    ],
)
def test_preferences_that_cannot_be_are_refused(reader: Reader, body: Any, slug: str) -> None:
    """What is critical has to reach people somewhere."""
    refusal(reader.clinic.call("notifications_save_preferences", body, token=reader.stranger), 422, slug)


def test_a_delivery_log_tells_states_and_never_texts(reader: Reader) -> None:
    """To administrators, of their own facility; by recipient and state."""
    reader.plan("ahead")
    reader.tell("one", "About your leg")
    log = reader.done("log", by="facilityAdmin")
    assert [each["state"] for each in log["notifications"]] == ["told", "planned"]
    told = log["notifications"][0]
    assert (told["workflow"], told["recipient"], told["name"]) == ("visit-cancelled", reader.user_id, None)
    assert [(one["channel"], one["state"]) for one in told["attempts"]] == [("sms", "sent")]
    assert not any(word in str(log) for word in ("leg", "Your appointment", "+64", "provider's id"))
    found = reader.done("log", by="facilityAdmin", query={"recipient": reader.user_id, "state": "planned"})
    assert [each["state"] for each in found["notifications"]] == ["planned"]
    other = reader.clinic.clinician("FAC002", ("facilityAdmin",))
    answer = reader.clinic.call("notifications_log", token=other, query={"recipient": reader.user_id})
    assert answer.json["notifications"] == []
    refusal(reader.clinic.call("notifications_log", token=reader.tokens["patient"]), 403, "forbidden")
    refusal(
        reader.clinic.call("notifications_log", token=other, query={"facilityId": "FAC001"}),
        403,
        "forbidden",
    )
