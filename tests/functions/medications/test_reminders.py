"""Patients are told of their doses, and carers of missed ones: once each, discreetly, and only what is still so."""

import json

from tests.functions.medications.regimen import EIGHT, Regimen
from tests.functions.notifications.post import Post

NOON = "2026-11-30T11:00:00+00:00"


def texts_to(post: Post, phone: str) -> list[str]:
    return [text.partition(" https://")[0] for to, text in post.texts if to == phone]


def test_a_dose_is_told_once_and_not_after_it_was_taken(regimen: Regimen) -> None:
    """Everything comes twice; whoever took the dose before is told nothing, and the next one is waited for."""
    post = Post(regimen.clinic)
    plan = regimen.plan()
    post.deliver(twice=True)
    assert post.texts == []
    regimen.at(EIGHT)
    post.deliver(twice=True)
    assert texts_to(post, regimen.phones["patient"]) == ["It is time for your medicine."]
    [message] = regimen.clinic.call("notifications_inbox", token=regimen.tokens["patient"]).json["notifications"]
    assert (message["text"], message["link"]) == (
        "It is time for Amoxicillin: 500 mg.",
        f"/medicines#dose={plan['next']['doseId']}",
    )
    snoozed = regimen.answered("snooze", plan["next"], {"minutes": 10})
    post.deliver()
    regimen.at(snoozed["snoozedUntil"])
    regimen.fire()
    post.deliver()
    assert len(post.texts) == 2
    evening = regimen.answered("taken", plan["next"])["next"]
    post.deliver(twice=True)
    regimen.at("2026-11-30T17:30:00+00:00")
    regimen.answered("taken", evening)
    regimen.at(evening["dueAt"])
    post.deliver(twice=True)
    assert len(post.texts) == 2
    states = [record.state for record in post.records()]
    assert states == ["told", "told", "withdrawn", "planned"]


def test_a_missed_dose_is_told_to_whom_the_patient_named(regimen: Regimen) -> None:
    """As long as they consent, and without a medicine's name; what is entered meanwhile is not told."""
    post = Post(regimen.clinic)
    plan = regimen.plan()
    regimen.ask("name_carer", plan, {"phone": regimen.phones["carer"]})
    post.deliver(twice=True)
    regimen.at(NOON)
    regimen.fire()
    post.deliver(twice=True)
    named, told = texts_to(post, regimen.phones["carer"])
    assert "turn it off in your notification settings" in named
    assert told == "Somebody who named you has not confirmed what was due at 08:00. Please ask how they are."
    assert "dose-missed" in {record.workflow for record in post.records() if record.state == "told"}
    regimen.ask("withdraw_carer", plan)
    regimen.at("2026-11-30T20:00:00+00:00")
    regimen.fire()
    post.deliver()
    assert len(texts_to(post, regimen.phones["carer"])) == 2
    kept = json.dumps([record.told.text for record in post.records() if record.told])
    assert "Amoxicillin" in kept


def test_nothing_is_told_of_a_plan_that_has_ended(regimen: Regimen) -> None:
    """Nor does anything on the way say what is taken."""
    post = Post(regimen.clinic)
    plan = regimen.plan()
    images = post.changed()
    assert len(images) == 1
    notifications = regimen.clinic.wiring.notifications
    on_the_way = json.dumps([*notifications.queue.waiting, *notifications.scheduler.waiting.items()])
    assert "Amoxicillin" not in on_the_way
    assert regimen.patient not in on_the_way
    regimen.ask("end", plan, headers={"if-match": '"1"'})
    regimen.at(EIGHT)
    # The word of the end is later than the reminder.
    due = notifications.scheduler.due(regimen.clinic.wiring.now_ms())
    assert due
    assert post.dispatch(*due) == []
    assert [record.state for record in post.records()] == ["withdrawn"]
    assert post.texts == []
