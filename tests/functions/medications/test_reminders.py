"""Patients are told of their doses, and carers of missed ones: once each, discreetly, and only what is still so."""

import json

from tests.functions.medications.regimen import EIGHT, TWICE, Regimen
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


def test_a_missed_dose_is_told_to_a_carer_who_has_accepted(regimen: Regimen) -> None:
    """As long as both want it, and without a medicine's name; nothing before, and nothing that is on its way."""
    post = Post(regimen.clinic)
    regimen.plan(rule=TWICE | {"times": ["06:10", "08:00", "20:00"]})
    care = regimen.ask_carer()
    post.deliver(twice=True)
    regimen.at(EIGHT)
    regimen.fire()
    post.deliver(twice=True)
    [named] = texts_to(post, regimen.phones["carer"])
    assert "Accept or decline; until then you are told nothing." in named
    regimen.care("accept", care, by="carer")
    post.deliver(twice=True)
    regimen.at(NOON)
    regimen.fire()
    post.deliver(twice=True)
    _, told = texts_to(post, regimen.phones["carer"])
    assert told == "Somebody whom you help has not confirmed what was due at 08:00. Please ask how they are."
    assert {"dose-missed", "carer-accepted"} <= {record.workflow for record in post.records() if record.state == "told"}
    regimen.at("2026-11-30T20:00:00+00:00")
    regimen.fire()
    post.changed()
    # The patient ends it between planning and sending.
    regimen.care("end", care)
    post.deliver()
    assert len(texts_to(post, regimen.phones["carer"])) == 2
    [lost] = [one for one in post.records() if one.workflow == "dose-missed-carer" and one.state == "withdrawn"]
    assert lost.reason == "notWanted"
    kept = json.dumps([record.told.text for record in post.records() if record.told])
    assert "Amoxicillin" in kept


def test_doses_of_the_same_minute_are_told_at_once(regimen: Regimen) -> None:
    """In one message, whichever plan comes first; so are those that are missed, and one that was taken is not in it."""
    post = Post(regimen.clinic)
    plans = [regimen.plan(), regimen.plan(medicine="Ibuprofen", dose="1 tablet"), regimen.plan(medicine="Metformin")]
    post.deliver(twice=True)
    regimen.at("2026-11-30T06:30:00+00:00")
    regimen.answered("taken", plans[2]["next"])
    post.deliver()
    regimen.at(EIGHT)
    post.deliver(twice=True)
    assert texts_to(post, regimen.phones["patient"]) == ["It is time for your medicine."]
    [message] = regimen.clinic.call("notifications_inbox", token=regimen.tokens["patient"]).json["notifications"]
    assert message["text"] == "It is time for 2 medicines: Amoxicillin (500 mg), Ibuprofen (1 tablet)."
    for plan in plans[:2]:
        assert plan["next"]["doseId"] in message["link"]
    regimen.at(NOON)
    regimen.fire()
    post.deliver(twice=True)
    assert len(texts_to(post, regimen.phones["patient"])) == 1
    told = [record for record in post.records() if record.workflow == "dose-missed"]
    assert sorted((record.state, record.reason) for record in told) == [("told", ""), ("withdrawn", "together")]


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
