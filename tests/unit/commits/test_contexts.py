"""Launches from ALEX: read once, where the secret is, for the clinician who was launched."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.commits.errors import LaunchRefusedError
from bedside.commits.launches.contexts import ContextReading, ContextRepository, Contexts
from bedside.commits.launches.launch import LAUNCH_LIFE_MS
from bedside.commits.launches.requests import ContextRequest
from bedside.commits.record_targets.repository import TargetRepository
from bedside.commits.record_targets.target import AlexSettings, DownloadSettings, Target
from bedside.identity.principal import Clinician
from tests.fakes.delay_queue import DelayedMessages
from tests.fakes.ehr import RunningRecords
from tests.lives import Mortal, tables
from tests.tables import COMMITS

NOW: Final = 1_795_228_200_000
ME: Final = Clinician("u" * 24, "f", "FAC001")
ALEX: Final = AlexSettings("https://relay.example", "https://login.example/t", "us", "scope", "F2N060-C")


@pytest.fixture(scope="module")
def running() -> Iterator[RunningRecords]:
    found = RunningRecords(time.time)
    yield found
    found.stop()


def test_a_launch_of_alex_brings_the_patient(running: RunningRecords) -> None:
    """Once, and to nobody else; one that ALEX does not know fails, and one without a patient brings none."""
    running.start()
    assert running.ehr
    alex, record = running.ehr.alex, running.connect("alex")
    queue = DelayedMessages(lambda: NOW)
    with tables(Mortal()):
        repository, targets = ContextRepository(Table(COMMITS)), TargetRepository(Table(COMMITS))
        contexts = Contexts(repository, targets, queue)
        connected: Any = record
        reading = ContextReading(repository, targets, lambda _target: connected, lambda: NOW)

        def begin(context: str, signature: str) -> str:
            document = contexts.begin(ME, ContextRequest(context=context, signature=signature), NOW)
            assert (document["state"], document["context"]) == ("running", None)
            [message] = queue.due()
            assert message == {"launch": document["contextId"]}
            return document["contextId"]

        with pytest.raises(LaunchRefusedError):
            begin("c", "s")
        assert targets.save(Target("FAC001", "name", ALEX, "secret", 1, NOW, "a"))
        launched = alex.launch("pat-1", "prac-1")
        name = begin(*launched)
        reading.run(name)
        found = contexts.get(ME, name, NOW)
        assert found["state"] == "ready"
        assert found["context"] == {
            "facilityId": "FAC001",
            "encounterId": None,
            "patientId": "pat-1",
            "patientName": "Ana Maria Tane",
            "patientNHI": "ZAA0067",
        }
        with pytest.raises(LaunchRefusedError):
            begin(*launched)
        for who, now_ms in ((replace(ME, user_id="v" * 24), NOW), (ME, NOW + LAUNCH_LIFE_MS)):
            with pytest.raises(LaunchRefusedError):
                contexts.get(who, name, now_ms)
        unknown, empty = begin("context", "of-nobody"), begin(*alex.launch("", "prac-1"))
        assert [read.state for each in (unknown, empty) if (read := reading.run(each))] == ["failed", "ready"]
        assert reading.run(empty) is None
        alex.facility = "another"
        assert (read := reading.run(begin(*alex.launch("pat-1", "prac-1")))) is not None
        assert read.state == "failed"
        changed = Target("FAC001", "name", DownloadSettings(), "secret", 2, NOW, "a")
        late = begin(*alex.launch("pat-1", "prac-1"))
        assert targets.save(changed)
        assert (read := reading.run(late)) is not None
        assert read.state == "failed"
