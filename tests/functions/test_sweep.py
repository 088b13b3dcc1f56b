"""The sweeper: one thing that cannot be looked at keeps no other waiting."""

from typing import Any

import pytest

from bedside.errors import UnavailableError
from tests.functions.clinic import event_of
from tests.functions.surgery import MINUTE, Surgery


def test_there_may_be_nothing_to_do(surgery: Surgery) -> None:
    """Nothing is found, and nothing changes."""
    before = surgery.kept()
    assert set(surgery.clinic.invoke("sweep", event_of("sweep")).values()) == {0}
    assert surgery.kept() == before


@pytest.mark.parametrize("failure", [UnavailableError("The record could not be read."), KeyError("odd")])
def test_one_that_fails_stops_no_other(surgery: Surgery, monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    """And it is tried again by the next sweep."""
    changing, other = surgery.clinic.wiring.changing, surgery.book()["visitId"]
    read = changing.record.read

    def broken(visit_id: str) -> Any:
        if visit_id == other:
            raise failure
        return read(visit_id)

    surgery.at(20 * MINUTE)
    sweep = type(changing).sweep
    monkeypatch.setattr(type(changing), "sweep", lambda self, name, now: broken(name) and sweep(self, name, now))
    surgery.clinic.wiring.__dict__.pop("sweeping", None)
    assert surgery.sweep()["visits"] == 1
    assert surgery.kept().state == "noShow"
    monkeypatch.undo()
