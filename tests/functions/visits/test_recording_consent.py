"""A visit is recorded only with its patient's consent, while both are there, and both are told."""

from typing import Any

import pytest

from bedside.visits.consent import MAX_REQUESTS
from tests.functions.clinic import refusal
from tests.functions.surgery import MINUTE, Surgery

BEAM = {"beam_id": "beam-1", "recording_enabled": True}


@pytest.fixture
def joinings(surgery: Surgery) -> dict[str, str]:
    """A visit with both in it."""
    return {who: surgery.join(getattr(surgery, who)) for who in ("patient", "practitioner")}


@pytest.fixture
def told(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages that pages were sent, by what makes each of them one of its own."""
    found: list[str] = []
    publisher = type(surgery.clinic.wiring.visits.publisher)
    monkeypatch.setattr(publisher, "_publish", lambda _self, _visit, _message, name, _now: found.append(name))
    return found


def recording(surgery: Surgery) -> Any:
    return surgery.clinic.wiring.visits.recording_repository.find(surgery.visit_id)


def running(surgery: Surgery) -> bool:
    """Whether the provider records."""
    return bool(surgery.clinic.wiring.visits.rooms.recording)


def beam(surgery: Surgery) -> bool:
    room = f"room-of-{surgery.visit_id}"
    data = {**BEAM, "room_id": room, "room_name": surgery.visit_id}
    return surgery.clinic.wiring.visits.provider_events.handle("beam.started.success", data, surgery.now, surgery.now)


@pytest.mark.usefixtures("joinings")
def test_the_patient_is_asked_first(surgery: Surgery, told: list[str]) -> None:
    """Asking twice asks once; the recording starts with the consent, and both pages are told of each."""
    for _ in range(2):
        assert surgery.done("start_recording", surgery.practitioner, {}) == {"state": "awaitingConsent"}
    assert (running(surgery), recording(surgery), len(told)) == (False, None, 1)
    assert surgery.look(surgery.patient)["recordingConsent"] == "asked"
    found = surgery.done("consent", surgery.patient, {"given": True})
    assert (found["recordingConsent"], found["recording"], running(surgery)) == ("given", True, True)
    assert [(one["decision"], one["by"]) for one in found["consents"]] == [
        ("asked", found["practitionerId"]),
        ("given", found["patientId"]),
    ]
    assert len(told) == len(set(told)) == 3
    assert beam(surgery)
    assert len(told) == len(set(told)) == 4
    surgery.done("stop_recording", surgery.practitioner, {})
    assert len(set(told)) == 5
    assert not running(surgery)
    # An answer that is repeated after its response was lost must not start it again.
    surgery.done("consent", surgery.patient, {"given": True})
    assert not running(surgery)
    surgery.done("end", surgery.practitioner, {})
    for token in (surgery.practitioner, surgery.patient):
        agreed = surgery.done("summary", token)["recordingConsents"]
        assert [(each["by"], each["decision"]) for each in agreed] == [("practitioner", "asked"), ("patient", "given")]
        assert [each["at"] for each in agreed] == [each["at"] for each in found["consents"]]


@pytest.mark.usefixtures("joinings")
def test_a_refusal_stands_until_the_patient_is_asked_again(surgery: Surgery) -> None:
    """Nothing is recorded, and nobody is asked without end."""
    for _ in range(MAX_REQUESTS):
        surgery.done("start_recording", surgery.practitioner, {})
        assert surgery.done("consent", surgery.patient, {"given": False})["recordingConsent"] == "refused"
        refusal(surgery.ask("consent", surgery.patient, {"given": True}), 409, "wrong-state")
    refusal(surgery.ask("start_recording", surgery.practitioner, {}), 409, "wrong-state")
    assert recording(surgery) is None


@pytest.mark.usefixtures("joinings")
def test_consent_is_withdrawn(surgery: Surgery) -> None:
    """Which stops the recording, also where the provider was away at first."""
    surgery.record()
    assert beam(surgery)
    rooms = surgery.clinic.wiring.visits.rooms
    rooms.away = True
    refusal(surgery.ask("consent", surgery.patient, {"given": False}), 503, "unavailable")
    rooms.away = False
    found = surgery.done("consent", surgery.patient, {"given": False})
    assert (found["recordingConsent"], running(surgery)) == ("refused", False)


@pytest.mark.usefixtures("joinings")
def test_a_consent_that_could_not_start_it_is_repeated(surgery: Surgery) -> None:
    """The answer is kept although the provider is away."""
    surgery.done("start_recording", surgery.practitioner, {})
    rooms = surgery.clinic.wiring.visits.rooms
    rooms.away = True
    refusal(surgery.ask("consent", surgery.patient, {"given": True}), 503, "unavailable")
    assert surgery.look()["recordingConsent"] == "given"
    rooms.away = False
    surgery.done("consent", surgery.patient, {"given": True})
    assert running(surgery)


@pytest.mark.parametrize("body", [{}, {"given": "yes"}, {"given": None}])
def test_an_answer_is_yes_or_no(surgery: Surgery, body: dict[str, Any]) -> None:
    """Nothing else is taken for one."""
    refusal(surgery.ask("consent", surgery.patient, body), 422, "invalid-request")


@pytest.mark.usefixtures("joinings")
def test_only_the_patient_answers(surgery: Surgery) -> None:
    """And only when they were asked."""
    refusal(surgery.ask("consent", surgery.practitioner, {"given": True}), 403, "forbidden")
    refusal(surgery.ask("consent", surgery.patient, {"given": True}), 409, "wrong-state")


def test_an_empty_room_is_not_recorded(surgery: Surgery) -> None:
    """Both must be there when it starts; it stops once both are gone."""
    joinings = {"practitioner": surgery.join(surgery.practitioner)}
    refusal(surgery.ask("start_recording", surgery.practitioner, {}), 409, "wrong-state")
    joinings["patient"] = surgery.join(surgery.patient)
    for who, joining in joinings.items():
        surgery.hear("peer.join.success", joining, who)
    surgery.record()
    assert beam(surgery)
    surgery.at(5 * MINUTE)
    surgery.hear("peer.leave.success", joinings["patient"], "patient")
    assert running(surgery)
    refusal(surgery.ask("start_recording", surgery.practitioner, {}), 409, "wrong-state")
    surgery.hear("peer.leave.success", joinings["practitioner"], "practitioner")
    assert surgery.look()["state"] == "interrupted"
    assert not running(surgery)


@pytest.mark.usefixtures("joinings")
def test_the_provider_starts_one_without_consent(surgery: Surgery) -> None:
    """Somebody pressed a button in the room itself: it is stopped."""
    surgery.clinic.wiring.visits.rooms.start_recording(f"room-of-{surgery.visit_id}")
    assert beam(surgery)
    assert not running(surgery)
    assert recording(surgery).state in {"stopping", "processing"}


@pytest.mark.usefixtures("joinings")
def test_visits_from_before_have_no_consent(surgery: Surgery) -> None:
    """Their items lack the attribute."""
    table = surgery.clinic.wiring.visits.table
    table.update(surgery.visit_id, "REMOVE #consents", condition="attribute_exists(#pk)", values={})
    assert surgery.look()["recordingConsent"] == "none"
    surgery.record()
    assert running(surgery)
