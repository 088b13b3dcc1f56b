"""Walking the timelines from the command line."""

from pathlib import Path
from typing import Any

import pytest

from bedside.adapters.aws.attributes import from_attributes, to_attributes
from bedside.adapters.aws.dynamodb import Table
from bedside.encounters.chain import Position
from bedside.encounters.encounter import Change
from bedside.encounters.encounter import grown as grow
from bedside.encounters.events import PHONE, event
from bedside.encounters.repository import EncounterRepository
from deploy import stack, timelines
from tests.conftest import TIMELINE, client
from tests.deploy.command import command

KEY = "encounter#FAC001#ENC-1"


@pytest.fixture
def dynamodb(aws: None) -> Any:  # noqa: ARG001  # the table is in memory
    """Two encounters, one with a timeline of three entries."""
    repository = EncounterRepository(Table(TIMELINE))
    for encounter_id, length in (("ENC-1", 3), ("ENC-2", 1)):
        before = None
        for number in range(1, length + 1):
            happened = event("photo-arrived", number, PHONE, imageId=f"image-{number}")
            change = Change("FAC001", encounter_id, "session", Position(1, number), [happened])
            after, entries = grow(before, change, 0)
            repository.extend(before, after, entries)
            before = after
    return client("dynamodb")


def entry(dynamodb: Any, number: int) -> dict[str, Any]:
    place = to_attributes({"pk": KEY, "sk": f"event#{number:08}"})
    return from_attributes(dynamodb.get_item(TableName=TIMELINE, Key=place)["Item"])


def write(dynamodb: Any, *items: dict[str, Any]) -> None:
    for item in items:
        dynamodb.put_item(TableName=TIMELINE, Item=to_attributes(item))


def test_whole_timelines_are_only_counted(dynamodb: Any) -> None:
    """There is nothing to say of each."""
    assert timelines.verify(dynamodb, TIMELINE) == timelines.Verdict(2, {})


def test_what_was_changed_is_named(dynamodb: Any) -> None:
    """A changed entry, one that was removed, two that were swapped, and a head that was removed."""
    first, second, third = (entry(dynamodb, number) for number in (1, 2, 3))
    write(dynamodb, {**second, "event": {**second["event"], "imageId": "image-9"}})
    assert timelines.verify(dynamodb, TIMELINE).broken == {KEY: "entry 2 was changed"}
    swapped = ({**third, "sk": second["sk"], "sequence": 2}, {**second, "sk": third["sk"], "sequence": 3})
    write(dynamodb, *swapped)
    assert timelines.verify(dynamodb, TIMELINE).broken == {KEY: "entry 2 does not follow the one before it"}
    write(dynamodb, second, third)
    assert timelines.verify(dynamodb, TIMELINE).broken == {}
    remove(dynamodb, second)
    assert timelines.verify(dynamodb, TIMELINE).broken == {KEY: "entry 2 is missing, or not in its place"}
    write(dynamodb, second)
    remove(dynamodb, third)
    assert timelines.verify(dynamodb, TIMELINE).broken == {KEY: "it should end with entry 3, not 2"}
    write(dynamodb, third)
    remove(dynamodb, {"pk": KEY, "sk": "encounter"})
    assert timelines.verify(dynamodb, TIMELINE).broken == {KEY: "it has no head"}
    assert first["previous"] == "0" * 64


def remove(dynamodb: Any, item: dict[str, Any]) -> None:
    dynamodb.delete_item(TableName=TIMELINE, Key=to_attributes({"pk": item["pk"], "sk": item["sk"]}))


def test_a_timeline_that_grows_meanwhile_is_read_again(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its head was read before the entry that it does not know yet."""
    real, early = timelines._head, ["stale"]  # noqa: SLF001  # to come between its reads

    def head(dynamodb: Any, table: str, key: str) -> dict[str, Any] | None:
        found = real(dynamodb, table, key)
        if found and key == KEY and early:
            early.clear()
            return {**found, "sequence": 2, "hash": "of the entry before"}
        return found

    monkeypatch.setattr(timelines, "_head", head)
    assert timelines.verify(dynamodb, TIMELINE).broken == {}


def test_the_command_tells_and_fails(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each timeline that breaks, and one about all; its exit code is for alarms and scripts."""
    resources = {"TimelineTable": TIMELINE}
    monkeypatch.setattr(stack, "chosen", lambda _: "local")
    monkeypatch.setattr(stack, "resources", lambda *_: resources)
    assert timelines.main([]) == 0
    assert capsys.readouterr().out == "2 timelines, 0 broken\n"
    write(dynamodb, {**entry(dynamodb, 1), "hash": "another"})
    assert timelines.main([]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == ("2 timelines, 1 broken\n", f"{KEY}: entry 1 was changed\n")
    resources.clear()
    assert timelines.main([]) == 1
    assert "deploy this version" in capsys.readouterr().err


def test_the_command_needs_a_stack(tmp_path: Path) -> None:
    """It says so in one line."""
    done = command("timelines", "", stack_file=tmp_path / "stack.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "No stack is running here" in done.stderr
