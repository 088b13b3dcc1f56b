"""POST /visits/{visitId}/audio-only: both learn who goes on without a picture, and why."""

from typing import Any

import pytest

from bedside.visits.publisher import VisitPublisher
from tests.functions.clinic import refusal
from tests.functions.surgery import MINUTE, Surgery


def test_both_are_told_of_a_missing_picture(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change once, while the person is in the call; a second device of theirs may say otherwise."""
    for token in (surgery.patient, surgery.practitioner):
        surgery.join(token)
    told: list[Any] = []
    monkeypatch.setattr(VisitPublisher, "_publish", lambda *about: told.append(about[3]))
    surgery.at(MINUTE)
    assert surgery.done("audio_only", surgery.patient, {"reason": None})["audioOnly"] == {}
    assert told == []
    for number, reason in enumerate(("camera", "camera", "connection", None, "connection")):
        surgery.at(MINUTE + number)
        answer = surgery.done("audio_only", surgery.patient, {"reason": reason})
        assert answer["audioOnly"] == ({"patient": reason} if reason else {})
        assert surgery.look()["audioOnly"] == answer["audioOnly"]
    assert len(set(told)) == len(told) == 4
    surgery.done("audio_only", surgery.practitioner, {"reason": "choice"})
    assert surgery.look()["audioOnly"] == {"patient": "connection", "practitioner": "choice"}
    surgery.done("end", surgery.practitioner, {})
    assert surgery.look()["audioOnly"] == {}
    over = surgery.ask("audio_only", surgery.patient, {"reason": "camera"})
    refusal(over, 409, "wrong-state")


def test_somebody_who_is_not_there_is_not_missed(surgery: Surgery) -> None:
    """Who has left has no picture anyhow, and comes back with what they last said."""
    joining = surgery.join(surgery.patient)
    surgery.hear("peer.join.success", joining)
    surgery.done("audio_only", surgery.patient, {"reason": "camera"})
    surgery.at(MINUTE)
    surgery.hear("peer.leave.success", joining, reason="client request")
    assert surgery.look()["audioOnly"] == {}
    surgery.at(2 * MINUTE)
    surgery.join(surgery.patient)
    assert surgery.look()["audioOnly"] == {"patient": "camera"}
