"""Today's version reads what earlier releases have written, and writes what they read.

Each folder of `releases` is what one release wrote. `make forms` writes that of the version which is about to be
released, from the code as it is; no other is ever changed.
"""

import json
import os
from collections.abc import Callable
from typing import Any, Final

import pytest

from bedside import __version__
from bedside.kernel.instants import iso
from tests.fakes.aws_calls import listen
from tests.fakes.dynamodb import DynamoDb
from tests.functions.clinic import Clinic
from tests.functions.forms.kept import RELEASES, Kept, covers, keep, restore
from tests.functions.hooks import hms, http_event, process, queued
from tests.functions.medications.regimen import EIGHT, Regimen
from tests.functions.notifications.post import Post
from tests.functions.surgery import MINUTE, Surgery, open_surgery
from tests.tables import MEDICATIONS

_PHONE: Final = "+64215550109"


def _capture(clinic: Clinic) -> Kept:
    """A sign-in, and a session with a phone, of whose photos one has arrived."""
    # Redis has a clock of its own, so this is now.
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    pair = clinic.sign_in(_PHONE)
    phone = clinic.phone()
    clinic.add(phone, "arrived", metadata={"notes": "Two days old."})
    assert clinic.ask(phone, "asked").status == 200
    return keep(clinic, refreshToken=pair["refreshToken"], uploadToken=phone)


def _visit(clinic: Clinic) -> Kept:
    """A visit under way with its timers, and a webhook that waits in its queue."""
    surgery = open_surgery(clinic)
    surgery.hear("peer.join.success", surgery.join(surgery.patient))
    surgery.hear("peer.join.success", surgery.join(surgery.practitioner), "peer-2")
    assert clinic.invoke("webhook_receiver", http_event(hms("kept")))["statusCode"] == 200
    schedules = clinic.wiring.visits.scheduler
    return keep(clinic, schedules, visitId=surgery.visit_id, messages=queued())


def _doses(clinic: Clinic) -> Kept:
    """A plan of a medicine, whose first dose has its timer."""
    plan = Regimen(clinic).plan()
    return keep(clinic, clinic.wiring.medications.scheduler, planId=plan["planId"])


def _notices(clinic: Clinic) -> Kept:
    """A visit whose notices are planned: their timers, which become messages in the queue; and what streams have."""
    open_surgery(clinic).at(-20 * MINUTE)
    post = Post(clinic)
    images = post.changed()
    return keep(clinic, clinic.wiring.notifications.scheduler, images=images)


_PARTS: Final[dict[str, Callable[[Clinic], Kept]]] = {
    "capture": _capture,
    "visit": _visit,
    "doses": _doses,
    "notices": _notices,
}


def _released(part: str) -> list[Any]:
    """Give the releases' files of a part, oldest first."""
    return [pytest.param(path, id=path.parent.name) for path in sorted(RELEASES.glob(f"*/{part}.json"))]


@pytest.mark.parametrize("part", _PARTS)
def test_what_earlier_versions_read_is_still_written(clinic: Clinic, part: str) -> None:
    """All that the newest release wrote; if this fails, read “Change what is stored” in CONTRIBUTING.md."""
    kept = json.loads(json.dumps(_PARTS[part](clinic)))
    if os.environ.get("BEDSIDE_FORMS") == "write":
        path = RELEASES / __version__ / f"{part}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{json.dumps(kept, indent=1, sort_keys=True)}\n")
    newest = max(RELEASES.glob(f"*/{part}.json"), key=lambda path: [int(each) for each in path.parent.name.split(".")])
    assert covers(kept, json.loads(newest.read_text()))


def test_a_form_that_changes_is_seen(clinic: Clinic) -> None:
    """A field that is left out, and one of another type; one more, and other values, are no matter."""
    kept = json.loads(json.dumps(_doses(clinic)))
    [plan] = [item for item in kept["tables"][MEDICATIONS] if "medicine" in item]
    for name, change in (("dose", None), ("dose", {"N": "1"}), ("added", {"S": "x"}), ("dose", {"S": "other"})):
        changed = json.loads(json.dumps(kept))
        [item] = [item for item in changed["tables"][MEDICATIONS] if "medicine" in item]
        item.pop(name, None)
        if change:
            item[name] = change
        assert covers(changed, kept) == (change is not None and "S" in change), (name, change)
    assert "S" in plan["dose"]


@pytest.mark.parametrize("path", _released("capture"))
def test_a_capture_goes_on(clinic: Clinic, aws: DynamoDb, path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever signed in stays so, the phone goes on by what is in Redis, and the desktop sees its photo."""
    kept = json.loads(path.read_text())
    restore(clinic, aws, kept)
    calls = listen(monkeypatch)
    assert clinic.ask(kept["uploadToken"], "asked").status == 200
    assert calls.made == [], "Redis was not understood"
    assert clinic.call("auth_refresh", {"refreshToken": kept["refreshToken"]}).status == 200
    [image] = clinic.look()["images"]
    assert (image["imageId"], image["metadata"]["notes"]) == ("arrived", "Two days old.")


@pytest.mark.parametrize("path", _released("visit"))
def test_a_visit_goes_on(clinic: Clinic, aws: DynamoDb, path: Any) -> None:
    """Its timers fire, its webhook is processed, and it ends when its time is over."""
    kept = json.loads(path.read_text())
    restore(clinic, aws, kept)
    patient, practitioner = (
        clinic.member("FAC001", (role,), phone=clinic.number(f"visit {role}")) for role in ("patient", "clinician")
    )
    surgery = Surgery(clinic, patient, practitioner, kept["visitId"])
    assert surgery.look()["state"] == "inProgress"
    assert len(kept["messages"]) == 1
    assert process(clinic, *kept["messages"]) == []
    assert kept["schedules"]
    for at, payload in kept["schedules"]:
        clinic.wiring.stopped_ms = at
        clinic.invoke("timeout", payload)
    assert surgery.kept().state == "timedOut"


@pytest.mark.parametrize("path", _released("doses"))
def test_a_dose_goes_on(clinic: Clinic, aws: DynamoDb, path: Any) -> None:
    """Its timer fires, and the patient answers it."""
    kept = json.loads(path.read_text())
    restore(clinic, aws, kept)
    regimen = Regimen(clinic)
    plan = regimen.look({"planId": kept["planId"]})
    assert plan["next"]["dueAt"] == EIGHT
    [(at, payload)] = kept["schedules"]
    clinic.wiring.stopped_ms = at
    clinic.invoke("timeout", payload)
    regimen.at(iso(at))
    assert regimen.look(plan)["next"]["dueAt"] == "2026-11-30T19:00:00.000Z"


@pytest.mark.parametrize("path", _released("notices"))
def test_people_are_told(clinic: Clinic, aws: DynamoDb, path: Any) -> None:
    """By the messages that timers send; and a record of a stream plans nothing twice."""
    kept = json.loads(path.read_text())
    restore(clinic, aws, kept)
    post = Post(clinic)
    planned = post.records()
    post.trigger(kept["images"])
    assert post.records() == planned
    assert kept["schedules"]
    for at, payload in kept["schedules"]:
        clinic.wiring.stopped_ms = at
        assert post.dispatch(payload) == []
    assert {record.state for record in post.records()} == {"told"}
    assert post.texts
