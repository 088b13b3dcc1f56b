"""/plans and /doses: what a patient takes, when, and whether they took it."""

from typing import Any

import pytest

from tests.conftest import client
from tests.functions.clinic import refusal
from tests.functions.medications.regimen import EIGHT, TWICE, Regimen
from tests.tables import AUDIT, MEDICATIONS


def doses(history: Any) -> list[tuple[str, str]]:
    return [(dose["dueAt"][5:16], dose["state"]) for dose in history["doses"]]


def test_a_patient_plans_and_takes_a_medicine(regimen: Regimen) -> None:
    """The next dose is there at once, and after each answer."""
    plan = regimen.plan()
    assert (plan["next"]["dueAt"], plan["next"]["state"]) == (EIGHT, "due")
    assert plan["following"] == ["2026-11-30T19:00:00.000Z", "2026-12-01T07:00:00.000Z"]
    assert (plan["createdBy"], plan["graceMinutes"]) == ("patient", 60)
    assert plan["rule"] == {**TWICE, "days": [1, 2, 3, 4, 5, 6, 7], "everyHours": None, "endsOn": None}
    regimen.at("2026-11-30T07:05:00+00:00")
    answer = regimen.answered("taken", plan["next"])
    assert (answer["state"], answer["takenAt"], answer["late"]) == ("taken", "2026-11-30T07:05:00.000Z", False)
    assert answer["next"]["dueAt"] == "2026-11-30T19:00:00.000Z"
    assert regimen.answered("taken", plan["next"], {"at": EIGHT}) == answer
    assert regimen.look(plan)["next"] == answer["next"]
    assert regimen.plans() == ["Amoxicillin"]


def test_a_repeated_plan_is_one(regimen: Regimen) -> None:
    """With the same key; another body with the key is refused."""
    plan = regimen.plan(key="k")
    assert regimen.plan(key="k") == plan
    refusal(regimen.try_to_plan(key="k", dose="250 mg"), 422, "idempotency-key-reused")
    # A function that dies after its write leaves no answer behind.
    client("dynamodb").delete_item(
        TableName="bedside-idempotency-test",
        Key={"id": client("dynamodb").scan(TableName="bedside-idempotency-test")["Items"][0]["id"]},
    )
    assert regimen.plan(key="k")["planId"] == plan["planId"]
    assert regimen.plans() == ["Amoxicillin"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"medicine": " "}, "medicine"),
        ({"timeZone": "Berlin"}, "timeZone"),
        ({"rule": {**TWICE, "times": []}}, "rule"),
        ({"rule": {**TWICE, "days": []}}, "rule.days"),
        ({"rule": {**TWICE, "endsOn": "2026-11-29"}}, "rule"),
        ({"rule": {**TWICE, "times": ["24:00"]}}, "rule.times.0"),
        ({"rule": {"kind": "interval", "startsOn": "2026-11-30"}}, "rule"),
        ({"rule": {"kind": "interval", "everyHours": 0, "startsOn": "2026-11-30"}}, "rule.everyHours"),
        ({"rule": {**TWICE, "kind": "once"}}, "rule"),
        ({"rule": {"kind": "once", "times": ["08:00"], "startsOn": "2026-11-29"}}, "rule"),
        ({"graceMinutes": 1}, "graceMinutes"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(regimen: Regimen, changes: Any, field: str) -> None:
    answer = regimen.try_to_plan(**changes)
    refusal(answer, 422, "invalid-request")
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert regimen.plans() == []


def test_a_clinician_plans_for_a_patient_of_the_directory(regimen: Regimen) -> None:
    """Named as there, or as who signs in; nobody else answers the doses."""
    refusal(regimen.try_to_plan("clinician"), 422, "invalid-request")
    record = regimen.clinic.call(
        "patients_create", {"name": "Mere", "phone": regimen.phones["patient"]}, token=regimen.tokens["clinician"]
    ).json["patientId"]
    answer = regimen.try_to_plan("clinician", patientId=record)
    refusal(answer, 422, "invalid-request")
    assert answer.json["errors"][0]["message"] == "Nobody signs in for this patient yet."
    tied = {"patientId": record}, {"if-match": '"1"'}
    regimen.clinic.call("patients_tie", token=regimen.tokens["clinician"], path=tied[0], headers=tied[1])
    plan = regimen.plan("clinician", patientId=record)
    assert (plan["patientId"], plan["createdBy"]) == (regimen.patient, "clinician")
    assert regimen.plans() == regimen.plans("clinician", patientId=record) == ["Amoxicillin"]
    assert regimen.plans("clinician", patientId=regimen.patient) == ["Amoxicillin"]
    refusal(regimen.answer("skipped", plan["next"], by="clinician"), 403, "forbidden")
    refusal(regimen.answer("skipped", plan["next"], by="carer"), 404, "dose-not-found")
    assert regimen.change(plan, {"dose": "250 mg"}, by="clinician").json["dose"] == "250 mg"
    refusal(regimen.try_to_plan("facilityAdmin"), 403, "forbidden")
    none = regimen.clinic.call("medications_page", token=regimen.tokens["clinician"], query={})
    refusal(none, 422, "invalid-request")


def test_a_dose_is_missed_and_entered_later(regimen: Regimen) -> None:
    """The timer finds it, or the sweeper; the time of a tap without a network counts."""
    plan = regimen.plan()
    regimen.at("2026-11-30T08:00:00+00:00")
    regimen.fire()
    [missed] = regimen.history(plan, "2026-11-30", "2026-11-30")["doses"][:1]
    assert (missed["doseId"], missed["state"]) == (plan["next"]["doseId"], "missed")
    regimen.clinic.wiring.medications.scheduler.waiting.clear()
    regimen.at("2026-11-30T21:00:00+00:00")
    assert regimen.sweep() == 1
    assert regimen.sweep() == 0
    refusal(regimen.answer("taken", missed, {"at": "2026-11-30T04:00:00Z"}), 409, "too-early")
    refusal(regimen.answer("taken", missed, {"at": "2026-11-30T21:02:00Z"}), 422, "invalid-request")
    entered = regimen.answered("taken", missed, {"at": "2026-11-30T07:20:00Z"})
    assert (entered["late"], entered["takenAt"]) == (False, "2026-11-30T07:20:00.000Z")
    refusal(regimen.answer("skipped", missed), 409, "wrong-state")
    history = regimen.history(plan, "2026-11-30", "2026-12-01")
    assert doses(history) == [("11-30T07:00", "taken"), ("11-30T19:00", "missed"), ("12-01T07:00", "due")]
    assert (history["taken"], history["missed"], history["adherence"]) == (1, 1, 50)
    assert [(week["startsOn"], week["adherence"]) for week in history["weeks"]] == [("2026-11-30", 50)]
    assert [month["startsOn"] for month in history["months"]] == ["2026-11-01"]
    regimen.at("2026-12-09T08:00:00+00:00")
    refusal(regimen.answer("taken", history["doses"][1]), 409, "too-late")


def test_answers_have_their_time(regimen: Regimen) -> None:
    """Not too early; snoozed until before the next dose; taken back for ten minutes."""
    plan = regimen.plan()
    dose = plan["next"]
    regimen.at("2026-11-30T04:59:00+00:00")
    refusal(regimen.answer("taken", dose), 409, "too-early")
    regimen.at("2026-11-30T06:00:00+00:00")
    refusal(regimen.answer("snooze", dose, {"minutes": 10}), 409, "too-early")
    regimen.at("2026-11-30T07:01:00+00:00")
    refusal(regimen.answer("snooze", dose, {"minutes": 241}), 422, "invalid-request")
    snoozed = regimen.answered("snooze", dose, {"minutes": 10})
    assert (snoozed["state"], snoozed["snoozedUntil"]) == ("snoozed", "2026-11-30T07:11:00.000Z")
    regimen.at("2026-11-30T07:05:00+00:00")
    assert regimen.answered("snooze", dose, {"minutes": 10}) == snoozed
    refusal(regimen.answer("undo", dose), 409, "wrong-state")
    regimen.at("2026-11-30T07:11:00+00:00")
    assert regimen.look(plan)["next"]["state"] == "due"
    skipped = regimen.answered("skipped", dose)
    assert (skipped["undoUntil"], skipped["next"]["dueAt"][11:16]) == ("2026-11-30T07:21:00.000Z", "19:00")
    regimen.at("2026-11-30T07:21:00+00:00")
    undone = regimen.answered("undo", dose)
    assert (undone["state"], undone["next"]["doseId"]) == ("due", dose["doseId"])
    assert regimen.answered("undo", dose) == undone
    regimen.answered("taken", dose)
    regimen.at("2026-11-30T07:31:01+00:00")
    refusal(regimen.answer("undo", dose), 409, "too-late")
    refusal(regimen.answer("taken", {"doseId": f"{plan['planId']}.nothing"}), 404, "dose-not-found")
    close = regimen.plan(rule={**TWICE, "times": ["08:40", "08:50"]})
    regimen.at("2026-11-30T07:41:00+00:00")
    refusal(regimen.answer("snooze", close["next"], {"minutes": 9}), 422, "invalid-request")


def test_eight_hours_are_eight_hours(regimen: Regimen) -> None:
    """When the clock is put back in Berlin too."""
    regimen.at("2026-10-24T21:00:00+00:00")
    plan = regimen.plan(rule={"kind": "interval", "everyHours": 8, "startsOn": "2026-10-24"})
    regimen.at("2026-10-24T21:05:00+00:00")
    answer = regimen.answered("taken", plan["next"])
    assert answer["next"]["dueAt"] == "2026-10-25T05:05:00.000Z"
    assert answer["next"]["earliestAt"] == "2026-10-25T05:04:00.000Z"
    refusal(regimen.answer("taken", answer["next"]), 409, "too-early")


def test_a_plan_is_changed(regimen: Regimen) -> None:
    """By who has seen it; a repeated change is one. Answers of doses are none."""
    plan = regimen.plan()
    refusal(regimen.change(plan, {"dose": "250 mg"}, None), 428, "precondition-required")
    rule = {**TWICE, "times": ["09:00"]}
    changed = regimen.change(plan, {"rule": rule, "graceMinutes": 30, "medicine": None})
    assert (changed.status, changed.headers["etag"], changed.json["medicine"]) == (200, '"2"', "Amoxicillin")
    assert changed.json["next"]["dueAt"] == "2026-11-30T08:00:00.000Z"
    regimen.at("2026-11-30T08:00:00+00:00")
    regimen.answered("taken", changed.json["next"])
    assert regimen.change(plan, {"graceMinutes": 30}).headers["etag"] == '"2"'
    refusal(regimen.change(plan, {"graceMinutes": 45}), 412, "precondition-failed")
    away = regimen.change(plan, {"travel": "local", "localZone": "America/New_York"}, '"2"')
    assert away.json["next"]["dueAt"] == "2026-12-01T14:00:00.000Z"


def test_a_plan_is_paused_and_ended(regimen: Regimen) -> None:
    """Nothing is due then; what was taken stays."""
    plan = regimen.plan()
    regimen.at("2026-11-30T07:00:00+00:00")
    regimen.answered("taken", plan["next"])
    for _ in range(2):
        paused = regimen.ask("pause", plan).json
        assert (paused["state"], paused["next"]) == ("paused", None)
    assert regimen.ask("resume", plan).json["next"]["dueAt"] == "2026-11-30T19:00:00.000Z"
    refusal(regimen.ask("end", plan, headers={"if-match": '"7"'}), 412, "precondition-failed")
    for _ in range(2):
        ended = regimen.ask("end", plan)
        assert (ended.status, ended.json["state"], ended.json["next"]) == (200, "ended", None)
    refusal(regimen.ask("resume", plan), 409, "wrong-state")
    refusal(regimen.change(plan, {"dose": "250 mg"}, '"2"'), 409, "wrong-state")
    assert (regimen.plans(), regimen.plans(view="ended")) == ([], ["Amoxicillin"])
    assert doses(regimen.history(plan, "2026-11-30", "2026-11-30")) == [("11-30T07:00", "taken")]
    regimen.at("2026-12-01T00:00:00+00:00")
    regimen.fire()
    assert regimen.sweep() == 0


def test_reminders_of_a_plan_that_nobody_answers_pause(regimen: Regimen) -> None:
    """Patient and clinician see it, and either lets them come again; the plan itself goes on."""
    plan = regimen.plan()
    assert (plan["remindersPausedAt"], plan["unansweredSince"]) == (None, None)
    for times in range(2):
        regimen.at(f"2026-12-{15 + 15 * times}T05:00:00+00:00")
        regimen.sweep()
        seen = regimen.look(plan, by=("patient", "clinician")[times])
        assert (seen["state"], seen["remindersPausedAt"] is not None) == ("active", True)
        assert seen["unansweredSince"] == (EIGHT, "2026-12-15T07:00:00.000Z")[times]
        assert seen["next"]["dueAt"] == f"2026-12-{15 + 15 * times}T07:00:00.000Z"
        again = regimen.ask("resume", plan, by=("patient", "clinician")[times]).json
        assert (again["remindersPausedAt"], again["unansweredSince"], again["next"]) == (None, None, seen["next"])


def test_a_patient_asks_a_carer_who_accepts(regimen: Regimen) -> None:
    """Only somebody of the facility; each answers for themselves, both may end it, and every step is audited."""
    care = regimen.ask_carer()
    assert (care["name"], care["state"], care["since"]) == ("Ana", "asked", "2026-11-30T05:00:00.000Z")
    assert regimen.ask_carer() == care
    [seen] = regimen.carers("carer")["helped"]
    assert (seen["careId"], seen["state"]) == (care["careId"], "asked")
    assert regimen.carers("carer")["helpers"] == regimen.carers()["helped"] == []
    refusal(regimen.care("accept", care, by="patient"), 403, "forbidden")
    refusal(regimen.care("accept", care, by="clinician"), 404, "user-not-found")
    for _ in range(2):
        assert regimen.care("accept", care, by="carer").json["state"] == "accepted"
    assert regimen.carers()["helpers"] == [care | {"state": "accepted", "version": 2}]
    refusal(regimen.care("decline", care, by="carer"), 409, "wrong-state")
    for _ in range(2):
        assert regimen.care("end", care, by="carer").json["state"] == "ended"
    refusal(regimen.care("accept", care, by="carer"), 409, "wrong-state")
    # Whoever has ended it does not see it any more; the other sees how it ended.
    assert (regimen.carers("carer")["helped"], regimen.carers()["helpers"][0]["state"]) == ([], "ended")
    again = regimen.ask_carer()
    assert (again["careId"], again["state"], again["version"]) == (care["careId"], "asked", 4)
    assert regimen.care("decline", care, by="carer").json["state"] == "declined"
    refusal(regimen.try_to_ask({"phone": "+64211111111"}), 404, "user-not-found")
    refusal(regimen.try_to_ask({"phone": regimen.phones["patient"]}), 422, "invalid-request")
    refusal(regimen.try_to_ask({"phone": regimen.phones["carer"]}, by="clinician"), 403, "forbidden")
    assert regimen.try_to_ask({"phone": regimen.phones["carer"]}).status == 429
    entries = [item for item in client("dynamodb").scan(TableName=AUDIT)["Items"] if item["act"]["S"] == "care"]
    steps = {f"{state}, version {version}" for version, state in enumerate(_STEPS, 1)}
    assert {item["after"]["S"] for item in entries} == steps


_STEPS = ("asked", "accepted", "ended", "asked", "declined")


def test_so_many_people_help_a_patient(regimen: Regimen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom they have ended it with do not count."""
    monkeypatch.setattr("bedside.medications.circle.MOST_CARERS", 1)
    care = regimen.ask_carer()
    other = {"phone": regimen.phones["clinician"]}
    refusal(regimen.try_to_ask(other), 422, "invalid-request")
    assert regimen.care("end", care).json["state"] == "ended"
    assert regimen.carers()["helpers"] == regimen.carers("carer")["helped"] == []
    assert regimen.try_to_ask(other).status == 201


def test_a_patient_has_so_many_plans_at_a_time(regimen: Regimen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ended ones do not count, nor does a repeated request."""
    monkeypatch.setattr("bedside.medications.quota.MOST_PLANS", 2)
    first = regimen.plan(key="first")
    regimen.plan(medicine="Ibuprofen")
    refusal(regimen.try_to_plan(medicine="Naproxen"), 409, "too-many-plans")
    assert sorted(regimen.plans()) == ["Amoxicillin", "Ibuprofen"]
    assert regimen.plan(key="first") == first
    regimen.ask("end", first, headers={"if-match": '"1"'})
    regimen.plan(medicine="Naproxen")


def test_lists_have_pages(regimen: Regimen, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest plan first."""
    monkeypatch.setattr("bedside.medications.repository.PAGE", 2)
    for number in range(3):
        regimen.clinic.wiring.stopped_ms = (regimen.clinic.wiring.stopped_ms or 0) + 1
        regimen.plan(medicine=f"Medicine {number}")
    first = regimen.clinic.call("medications_page", token=regimen.tokens["patient"], query={}).json
    assert [plan["medicine"][-1] for plan in first["plans"]] == ["2", "1"]
    assert regimen.plans(cursor=first["cursor"]) == ["Medicine 0"]
    wrong = regimen.clinic.call("medications_page", token=regimen.tokens["patient"], query={"cursor": "abc"})
    refusal(wrong, 422, "invalid-request")


def test_what_cannot_be_read_blocks_no_sweep(regimen: Regimen) -> None:
    """A plan that is broken waits; the one behind it is looked at."""
    plans = [regimen.plan(), regimen.plan(medicine="Ibuprofen")]
    broken = min(plan["planId"] for plan in plans)
    client("dynamodb").update_item(
        TableName=MEDICATIONS,
        Key={"pk": {"S": f"plan#{broken}"}, "sk": {"S": "plan"}},
        UpdateExpression="SET homeZone = :none",
        ExpressionAttributeValues={":none": {"S": "Nowhere/Nothing"}},
    )
    regimen.at("2026-11-30T08:00:00+00:00")
    assert regimen.sweep() == 1
    assert regimen.sweep() == 0


def test_no_schedule_tells_of_a_patient(regimen: Regimen) -> None:
    """It names the plan, which says nothing to others, and no medicine, dose or person."""
    plan = regimen.plan()
    [(name, (_, payload))] = regimen.clinic.wiring.medications.scheduler.waiting.items()
    assert name.startswith(f"plan-{plan['planId']}-")
    assert payload == {"kind": "plan", "id": plan["planId"]}
