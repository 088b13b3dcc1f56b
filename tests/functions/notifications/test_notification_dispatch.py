"""People are told what is due: in their inbox and on one channel, once, and only what is still so."""

import json
import re
from dataclasses import replace

import pytest

from bedside.kernel.instants import iso
from bedside.ports.channels import Delivery
from local.push.service import Service
from tests.functions.clinic import event_of
from tests.functions.notifications.post import Post
from tests.functions.surgery import MINUTE, START, Surgery

DAY, HOUR = 24 * 60 * MINUTE, 60 * MINUTE


def told(post: Post, workflow: str) -> list[str]:
    return [record.state for record in post.records() if record.workflow == workflow]


def test_a_day_of_a_patient(surgery: Surgery, post: Post) -> None:
    """Booked, reminded twice, let in, expected, and once each, although everything comes twice."""
    visit_id = surgery.book(startsAt=iso(START + 2 * DAY))["visitId"]
    post.deliver(twice=True)
    post.texts.clear()
    for offset in (-DAY, -HOUR, -5 * MINUTE):
        surgery.at(2 * DAY + offset)
        post.deliver(twice=True)
    surgery.at(2 * DAY)
    surgery.visit_id = visit_id
    member, number = surgery.clinic.member, surgery.clinic.number
    reader = member("FAC001", ("patient",), phone=number("visit patient"))
    surgery.join(member("FAC001", ("clinician",), phone=number("visit clinician")))
    post.deliver(twice=True)
    surgery.at(2 * DAY + 3 * MINUTE)
    post.deliver(twice=True)
    link = f"https://bedside.example.org/my-visits#v={visit_id}"
    assert [text for to, text in post.texts if to == number("visit patient")] == [
        f"You have an appointment tomorrow at 02:30 UTC. {link}",
        f"You have an appointment today at 02:30 UTC. {link}",
        f"Your appointment starts at 02:30 UTC. You can join now. {link}",
        f"You are expected in your appointment, which began at 02:30 UTC. {link}",
    ]
    inbox = surgery.clinic.call("notifications_inbox", token=reader).json
    assert [each["workflow"] for each in inbox["notifications"]][:4] == [
        "visit-clinician-waits",
        "visit-room-open",
        "visit-reminder-hour",
        "visit-reminder-day",
    ]
    assert [(entry["act"], entry["after"]) for entry in surgery.clinic.audit()][-1] == (
        "tell",
        "visit-clinician-waits: sms sent",
    )


def test_nothing_is_told_that_is_no_longer_so(surgery: Surgery, post: Post) -> None:
    """The visit was cancelled, and the word of it comes later than the reminder's time."""
    surgery.visit_id = surgery.book(startsAt=iso(START + 2 * DAY))["visitId"]
    post.deliver()
    post.texts.clear()
    surgery.done("cancel", surgery.patient, {})
    surgery.at(DAY)
    scheduler = post.clinic.wiring.notifications.scheduler
    due = scheduler.due(post.clinic.wiring.now_ms())
    assert due
    assert post.dispatch(*due) == []
    assert told(post, "visit-reminder-day") == ["withdrawn"]
    assert post.texts == []


@pytest.mark.parametrize("unknown", [True, False])
def test_a_text_message_is_never_sent_twice(surgery: Surgery, post: Post, unknown: bool) -> None:  # noqa: FBT001  # parametrised
    """One of which the provider told nothing may have been sent; one that it certainly did not send is tried again."""
    surgery.book(startsAt=iso(START + 2 * DAY))
    sms = surgery.clinic.wiring.identity.sms
    sms.broken, sms.refusing = unknown, not unknown
    post.deliver()
    sms.broken = sms.refusing = False
    assert told(post, "visit-booked") == ["told" if unknown else "planned"]
    surgery.at(16_000)
    post.deliver()
    [booked] = [record for record in post.records() if record.workflow == "visit-booked"]
    assert (booked.state, booked.attempts["sms"].state) == ("told", "unknown" if unknown else "sent")
    assert len(post.texts) == (0 if unknown else 1)


def test_a_message_that_is_no_notice_ends_in_the_dead_letters(post: Post) -> None:
    """After a few tries; the key of a record that is not there is dropped, and the rest of the batch goes on."""
    odd = ({"odd": "message"}, {"unread": "", "table": ""}, {"kind": "unheard-of", "subject": "odd"})
    assert post.dispatch({"record": "0" * 32}, *odd, {"record": "1" * 32}) == ["1", "2", "3"]


def test_a_late_answer_of_the_queue_delays_nothing(surgery: Surgery, post: Post) -> None:
    """The message that the sweeper has sent finds its record due."""
    surgery.book(startsAt=iso(START + 2 * DAY))
    post.changed()
    queue = post.clinic.wiring.notifications.queue
    assert len(queue.due()) == 1
    surgery.at(2 * MINUTE)
    queue.late = True
    assert surgery.sweep()["notices"] == 0
    queue.late = False
    post.deliver()
    assert told(post, "visit-booked") == ["told"]


def test_neither_queue_nor_log_has_texts_or_numbers(
    surgery: Surgery, post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only keys and states."""
    surgery.book(startsAt=iso(START + 2 * DAY))
    post.changed()
    notifications = surgery.clinic.wiring.notifications
    on_the_way = json.dumps([*notifications.queue.waiting, *notifications.scheduler.waiting.values()])
    post.deliver()
    assert post.texts
    for kept in (on_the_way, capsys.readouterr().out):
        assert "+64" not in kept
        assert "appointment" not in kept


def test_open_pages_hear_that_their_readers_inbox_has_something_new(surgery: Surgery, post: Post) -> None:
    """They alone, without a word of what it is, and only with a ticket of their own while they are signed in."""
    clinic = surgery.clinic

    def ticket(token: str) -> str:
        invitation = clinic.call("notifications_watch", {}, token=token)
        assert (invitation.status, invitation.json["url"]) == (200, "wss://live.example.org/live")
        return str(invitation.json["ticket"])

    def connect(ticket: str, connection: str) -> int:
        event = event_of("live")
        event["queryStringParameters"] = {"ticket": ticket}
        event["requestContext"]["connectionId"] = connection
        return int(clinic.invoke("live", event)["statusCode"])

    reader = clinic.member("FAC001", ("patient",), phone=clinic.number("visit patient"))
    own, late = ticket(reader), ticket(reader)
    visits = clinic.call("visits_watch", {}, token=reader).json["ticket"]
    assert [connect(own, "here-1"), connect(own, "here-2"), connect(f"n-{visits[2:]}", "here-2")] == [200, 401, 401]
    assert connect(ticket(clinic.member("FAC001", ("patient",))), "here-other") == 200
    surgery.book(startsAt=iso(START + 2 * DAY))
    post.deliver(twice=True)
    [message] = clinic.connections.heard.pop("here-1")
    assert json.loads(message) == {"type": "notifications-changed", "timestamp": clinic.wiring.now_ms()}
    assert clinic.call("auth_logout", token=reader).status == 204
    surgery.at(6_000)
    assert connect(late, "here-2") == 401
    surgery.book(startsAt=iso(START + 3 * DAY))
    post.deliver()
    assert len(told(post, "visit-booked")) == 2
    assert not any(clinic.connections.heard.get(name) for name in ("here-1", "here-2", "here-other"))


def test_mail_reaches_whom_a_browser_does_not(surgery: Surgery, post: Post) -> None:
    """A browser that is gone is forgotten; the mail has the full text, and the link that turns its kind off."""
    clinic, channels = surgery.clinic, surgery.clinic.wiring.channels
    channels.__dict__["settings"] = replace(channels.settings, mail_sender="no-reply@bedside.example")
    reader = clinic.member("FAC001", ("patient",), phone=clinic.number("visit patient"))
    subscription = Service("https://updates.push.services.mozilla.com").subscribe()
    assert clinic.call("contact_points_subscribe", subscription, token=reader).status == 201
    assert channels.mail
    clinic.call("contact_points_request_mail_address", {"address": "ana@clinic.example"}, token=reader)
    [code] = re.findall(r"\b[0-9]{6}\b", channels.mail.sent.pop()[1].text)
    assert clinic.call("contact_points_confirm_mail_address", {"code": code}, token=reader).status == 200
    channels.push.says = [Delivery("gone")]
    surgery.book(startsAt=iso(START + 2 * DAY))
    post.deliver()
    [(to, message)] = channels.mail.sent
    assert to == "ana@clinic.example"
    assert message.unsubscribe
    token = message.unsubscribe.partition("token=")[2]
    assert clinic.call("contact_points_unsubscribe", query={"token": token}).json["category"] == "appointments"
    assert len(channels.push.sent) == 1
    assert clinic.call("contact_points_subscriptions", token=reader).json["subscriptions"] == []
    [record] = [each for each in post.records() if each.workflow == "visit-booked"]
    assert {name: attempt.state for name, attempt in record.attempts.items()} == {"push": "gone", "mail": "sent"}
