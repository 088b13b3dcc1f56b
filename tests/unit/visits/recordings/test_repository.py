"""Recordings in the record: what is learned is kept once, whoever writes at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.visits.errors import RecordingNotFoundError
from bedside.visits.recordings.facts import (
    with_beam,
    with_copy,
    with_file,
    with_start_request,
    with_stop_request,
    with_unattributed_failure,
    with_visit_over,
)
from bedside.visits.recordings.model import Copy, File, Recording
from bedside.visits.recordings.repository import RecordingRepository
from tests.conftest import VISITS

HOUR = 3_600_000


@pytest.fixture
def visits_table(aws: None) -> Table:  # noqa: ARG001  # it is in memory
    return Table(VISITS)


@pytest.fixture
def recordings(visits_table: Table) -> RecordingRepository:
    return RecordingRepository(visits_table, HOUR, lambda: 0)


def whole(recording: Recording) -> Recording:
    """Add something of every kind."""
    recording = with_stop_request(with_start_request(recording, "room", 1), 2)
    recording = with_unattributed_failure(with_beam(recording, "beam", started=True, stopped_at=3), "session", "broken")
    file = File("name", 4, 4, path="s3://b", asset_id="a", beam="beam", link="https://x", size=10, duration_s=60)
    recording, _ = with_file(recording, file)
    recording = with_copy(recording, "name", Copy("recordings/F/v/name.mp4", "00" * 32, 10))
    recording, _ = with_file(recording, File("other", 5, 5, path="s3://c"))
    return with_visit_over(recording, 6)


def test_everything_is_read_as_it_was_written(recordings: RecordingRepository) -> None:
    """Of each visit its own; learning the same again writes nothing."""
    assert recordings.find("v") is None
    before, after = recordings.update("v", whole, facility_id="FAC001")
    assert before == Recording("v", "FAC001")
    assert recordings.find("v") == after == whole(before)
    assert recordings.update("v", lambda recording: with_visit_over(recording, 9)) == (after, after)
    assert recordings.find("w") is None


def test_nothing_is_learned_of_what_is_not_known(recordings: RecordingRepository) -> None:
    """Only who knows the visit can begin its recording."""
    with pytest.raises(RecordingNotFoundError):
        recordings.update("v", lambda recording: with_visit_over(recording, 1))
    assert recordings.find("v") is None


def test_everybody_who_writes_at_once_is_kept(recordings: RecordingRepository) -> None:
    """Also those who begin it."""

    def write(number: int) -> None:
        recordings.update("v", lambda recording: with_beam(recording, f"b{number}", started=True), facility_id="F")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    found = recordings.find("v")
    assert found is not None
    assert set(found.beams) == {f"b{number}" for number in range(6)}


def test_the_record_says_when_to_look_again(recordings: RecordingRepository, visits_table: Table) -> None:
    """And, when it waits for nothing, that there is no need to; it is in no list of visits."""
    recordings.update(
        "v", lambda recording: with_visit_over(with_start_request(recording, "room", 1), 5), facility_id="F"
    )
    item = visits_table.get("recording#v") or {}
    assert (item["waits"].partition("#")[0], item["dueAt"], item["state"]) == ("recording", 5 + HOUR, "processing")
    recordings.update("v", lambda recording: with_beam(recording, "b", failure="broken"))
    item = visits_table.get("recording#v") or {}
    assert (item.get("waits"), item.get("dueAt"), item["state"]) == (None, None, "failed")
    assert "startsAt" not in item
