"""The sweeper: one thing that cannot be looked at keeps no other waiting."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.kernel.errors import UnavailableError
from bedside.kernel.instants import iso
from bedside.operations.wiring import OperationsWiring
from bedside.platform import sweeper as sweeping
from bedside.platform.sweeper import Sweeper, SweepSource
from tests.conftest import LIFE_MS, TABLE
from tests.fakes.aws_calls import listen
from tests.functions.clinic import Clinic, event_of, refusal
from tests.functions.surgery import MINUTE, Surgery


def test_there_may_be_nothing_to_do(surgery: Surgery) -> None:
    """Nothing is found, and nothing changes."""
    before = surgery.kept()
    assert set(surgery.clinic.invoke("sweep", event_of("sweep")).values()) == {0}
    assert surgery.kept() == before


@pytest.mark.parametrize("failure", [UnavailableError("The record could not be read."), KeyError("odd")])
def test_one_that_fails_stops_no_other(surgery: Surgery, monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    """And it is tried again by the next sweep."""
    lifecycle, other = surgery.clinic.wiring.visits.lifecycle, surgery.book()["visitId"]
    read = lifecycle.repository.get

    def broken(visit_id: str) -> Any:
        if visit_id == other:
            raise failure
        return read(visit_id)

    surgery.at(20 * MINUTE)
    sweep = type(lifecycle).sweep
    monkeypatch.setattr(type(lifecycle), "sweep", lambda self, name, now: broken(name) and sweep(self, name, now))
    assert surgery.sweep()["visits"] == 1
    assert surgery.kept().state == "noShow"
    monkeypatch.undo()


def watch(clinic: Clinic, ticket: str) -> Any:
    event = event_of("live")
    event["queryStringParameters"]["ticket"] = ticket
    event["requestContext"]["connectionId"] = "here-1"
    return clinic.invoke("live", event)["statusCode"]


def told(clinic: Clinic) -> list[str]:
    return [json.loads(text)["type"] for text in clinic.connections.heard.get("here-1", [])]


def test_a_session_that_nobody_ended_is_ended(clinic: Clinic) -> None:
    """Its page is told, once; nothing of it works, and the photo that comes late joins it: as after an end."""
    clinic.member(clinic.facility, ("clinician",))
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    opened = clinic.open()
    assert watch(clinic, opened["live"]["ticket"]) == 200
    phone = clinic.scan(opened["token"])
    late = clinic.upload(phone, "late")
    assert clinic.invoke("sweep", {})["sessions"] == 0
    clinic.wiring.ahead_ms += LIFE_MS
    assert clinic.invoke("sweep", {})["sessions"] == 1
    assert clinic.invoke("sweep", {})["sessions"] == 0
    assert told(clinic) == ["phones-changed", "session-ended"]

    ended = clinic.everything()
    refusal(clinic.ask(phone, "b"), 404, "session-not-found")
    refusal(clinic.notify(phone, late), 404, "session-not-found")
    assert watch(clinic, opened["live"]["ticket"]) == 401
    assert clinic.everything() == ended
    clinic.watch(late)
    assert told(clinic) == ["phones-changed", "session-ended", "image-uploaded"]
    path = {"encounterId": clinic.encounter}
    refusal(clinic.call("session_end", token=clinic.clinician(), path=path), 404, "session-not-found")
    clinic.open()
    assert [image["s3Key"] for image in clinic.look()["images"]] == [late]


def test_a_session_in_use_is_left_alone(clinic: Clinic) -> None:
    """Whoever looks keeps it open; it ends when its life after the last look is over."""
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    assert watch(clinic, clinic.open()["live"]["ticket"]) == 200
    clinic.wiring.ahead_ms += LIFE_MS // 2
    clinic.look()
    clinic.wiring.ahead_ms += LIFE_MS // 2
    assert clinic.invoke("sweep", {})["sessions"] == 1
    assert clinic.look()["sessionCreatedAt"]
    clinic.wiring.ahead_ms += LIFE_MS
    assert told(clinic) == []
    assert clinic.invoke("sweep", {})["sessions"] == 1
    assert told(clinic) == ["session-ended"]


def test_what_cannot_be_done_makes_way(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """A room that cannot be ended does not stand in front of everything else; it is ended once that can be done."""
    monkeypatch.setattr(sweeping, "_LIMIT", 1)
    wiring = surgery.clinic.wiring
    surgery.join(surgery.patient)
    wiring.visits.rooms.away = True
    surgery.at(10 * MINUTE)
    surgery.fire()
    assert surgery.kept().cleanup_pending
    other = surgery.book(startsAt=iso(surgery.now + MINUTE))["visitId"]
    surgery.at(30 * MINUTE)
    assert [surgery.sweep()["visits"] for _ in range(2)] == [1, 0]
    assert wiring.visits.repository.get(other).state == "noShow"
    wiring.visits.rooms.away = False
    surgery.at(40 * MINUTE)
    assert surgery.sweep()["visits"] == 1
    assert not surgery.kept().cleanup_pending


def test_a_recording_that_nobody_tells_of_makes_way_too(surgery: Surgery) -> None:
    """While the provider is away it is asked about each recording every ten minutes, not at every sweep."""
    wiring = surgery.clinic.wiring
    surgery.join(surgery.patient)
    surgery.join(surgery.practitioner)
    surgery.record()
    surgery.done("stop_recording", surgery.practitioner, {})
    surgery.at(61 * MINUTE)
    wiring.visits.rooms.away = True
    assert surgery.sweep()["recordings"] == 0
    assert wiring.visits.recording_repository.due(surgery.now, 10) == []
    assert wiring.visits.recording_repository.due(surgery.now + 10 * MINUTE, 10) == [surgery.visit_id]


def test_a_session_that_cannot_be_read_makes_way_too(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that lives and makes no sense is looked at every ten minutes; the one that is due after it is ended."""
    monkeypatch.setattr(sweeping, "_LIMIT", 1)
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    clinic.open("ENC-ODD")
    odd = clinic.item("ENC-ODD")
    assert odd
    Table(TABLE).update(
        odd["pk"],
        "SET #expiresAt = #expiresAt + :life REMOVE #facilityId",
        condition="attribute_exists(#pk)",
        values={"life": LIFE_MS},
    )
    clinic.wiring.ahead_ms += 1
    clinic.open()
    clinic.wiring.ahead_ms += LIFE_MS
    assert [clinic.invoke("sweep", {})["sessions"] for _ in range(2)] == [1, 0]
    ended = clinic.item()
    assert ended
    assert not ended["open"]


def test_every_kind_has_its_share_of_the_time() -> None:
    """A hundred slow ones of one kind leave time for those of the others, and what one kind leaves the others have."""
    left, looked = [240.0], list[str]()

    def slow(name: str, _now: int) -> None:
        left[0] -= 4
        looked.append(name)

    def quick(name: str, _now: int) -> None:
        left[0] -= 0.1
        looked.append(name)

    def due(kind: str, count: int) -> Callable[[int, int], list[str]]:
        return lambda _now, limit: [kind] * min(count, limit)

    def postpone(*_: object) -> None:
        raise AssertionError("nothing has failed")

    sources = {
        "slow": SweepSource(due("slow", 100), slow, postpone),
        "quick": SweepSource(due("quick", 100), quick, postpone),
        "late": SweepSource(due("late", 100), slow, postpone),
    }
    composed = {kind: partial(replace, source) for kind, source in sources.items()}
    done = Sweeper(composed, lambda: left[0], lambda *_: None).sweep(0)
    assert 15 < done["slow"] < 25
    assert done["quick"] == 100
    assert done["late"] > 25
    assert left[0] >= 16


def test_a_sweep_goes_on_until_nothing_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are; what the index still lists although it has been processed is not processed again."""
    monkeypatch.setattr(sweeping, "_LIMIT", 3)
    items, processed = [f"i{number:02}" for number in range(20)], list[str]()

    def due(_now: int, limit: int) -> list[str]:
        lagging = processed[-2:]
        return sorted([*lagging, *(name for name in items if name not in processed)])[:limit]

    source = SweepSource(due, lambda name, _now: processed.append(name), lambda *_: None)
    assert Sweeper({"many": lambda: source}, lambda: 240.0, lambda *_: None).sweep(0) == {"many": 20}
    assert sorted(processed) == items


def test_a_source_that_cannot_be_read_further_keeps_what_it_did() -> None:
    """And is told of."""
    answers, failed = [["a"]], list[str]()

    def due(_now: int, _limit: int) -> list[str]:
        if not answers:
            raise UnavailableError("The index could not be read.")
        return answers.pop()

    source = SweepSource(due, lambda _name, _now: None, lambda *_: None)
    sweeper = Sweeper({"one": lambda: source}, lambda: 240.0, lambda kind, _error: failed.append(kind))
    assert sweeper.sweep(0) == {"one": 1}
    assert failed == ["one"]


def test_sweeps_do_not_overlap(surgery: Surgery, capsys: pytest.CaptureFixture[str]) -> None:
    """While one runs another does nothing and is not counted; one that died stands in the way for four minutes only."""
    operations, now = surgery.clinic.wiring.platform.domain(OperationsWiring), surgery.now
    surgery.at(20 * MINUTE)
    with operations.sweep_lease("another", surgery.now) as held:
        assert held
        assert surgery.sweep() == {}
        assert "SweepDone" not in capsys.readouterr().out
    assert surgery.sweep()["visits"] == 1
    assert "SweepDone" in capsys.readouterr().out
    assert now < surgery.now


def test_a_lease_that_cannot_be_had_keeps_nobody_from_sweeping(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sweeps at once do no harm, and none at all would."""
    surgery.at(20 * MINUTE)
    listen(monkeypatch).fail("PutItem", "InternalServerError")
    assert surgery.sweep()["visits"] == 1


def test_a_source_that_cannot_be_composed_stops_no_other() -> None:
    """It is told of, and looked at again by the next sweep."""
    failed: list[tuple[str, str]] = []

    def broken() -> SweepSource:
        raise KeyError("BEDSIDE_VISITS_TABLE")

    def fine() -> SweepSource:
        return SweepSource(lambda _now, _limit: ["a"], lambda _name, _now: None, lambda *_: None)

    sweeper = Sweeper(
        {"broken": broken, "fine": fine}, lambda: 240.0, lambda kind, error: failed.append((kind, type(error).__name__))
    )
    assert sweeper.sweep(0) == {"broken": 0, "fine": 1}
    assert failed == [("broken", "KeyError")]
