"""The whole way of a photo into the stand-ins for FHIR records, which validate it, whatever goes wrong there."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.ehr import RunningRecords
from tests.lives import deaths
from tests.unit.commits.desk import Desk

PATIENT = {"resourceType": "Patient", "id": "PAT-1", "name": [{"text": "Aroha Ngata"}]}
ARRIVES = ("ok", "cut-before", "cut-after", "401", "408", "429", "503", "503-after", "500-before", "500-after")
REFUSED = {"403": "not-allowed", "409": "conflict", "413": "too-large", "422": "not-accepted"}
# The record says that it has the document, and neither shows nor finds it.
CONTRADICTED = ("409-duplicate", "lie-foreign", "lie-nothing")


@pytest.fixture(scope="module")
def served() -> Iterator[RunningRecords]:
    served = RunningRecords(time.time)
    yield served
    served.stop()


def _run(served: RunningRecords, desk: Desk, name: str, *creates: str, **more: Any) -> int:
    """Commit a photo to a record where something goes wrong; gives how often the record has it then."""
    served.start()
    record = served.failing(name, *creates, **more)
    record.add(PATIENT)
    target: Any = served.connect(name)
    desk.facility.record = target
    desk.commit()
    desk.settle()
    return len(record.holding(desk.file().identifier))


@pytest.mark.parametrize("name", ["r4", "r5"])
@pytest.mark.parametrize("fault", [*ARRIVES, *REFUSED, *CONTRADICTED])
def test_a_photo_is_there_once_or_a_person_knows(served: RunningRecords, name: str, fault: str) -> None:
    """Nothing is lost and nothing is there twice; nobody has to look unless the record contradicts itself."""
    with Desk.opened() as desk:
        stored, file = _run(served, desk, name, fault), desk.file()
        if fault in CONTRADICTED:
            assert (file.state, stored) == ("unknown", 0)
        elif fault in REFUSED:
            assert (file.state, file.problem, stored) == ("failed", REFUSED[fault], 0)
        else:
            assert (file.state, stored) == ("committed", 1)
            assert file.document_id == served.record(name).holding(file.identifier)[0]["id"]


@pytest.mark.parametrize("search", ["403", "501"])
def test_only_what_cannot_be_searched_stays_unknown(served: RunningRecords, search: str) -> None:
    """The answer is lost, and nobody may look for the photo."""
    with Desk.opened() as desk:
        stored = _run(served, desk, "r4", "cut-after", search=search)
        assert (desk.file().state, stored) == ("unknown", 1)
        assert desk.image().committing


def test_whoever_dies_the_record_has_it_once(served: RunningRecords) -> None:
    """A function is killed before or after any of its steps, and the record breaks after it has stored the photo."""
    for mortal in deaths(after=True):
        with Desk.opened(mortal=mortal) as desk:
            stored = _run(served, desk, "r4", "500-after")
            assert (desk.file().state, stored) == ("committed", 1), f"killed at step {mortal.dies_at}"
