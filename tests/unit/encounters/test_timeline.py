"""A timeline has exactly the events of its items, each once and in order, whatever the streams repeat or hold back."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.adapters.aws.attributes import to_attributes
from bedside.adapters.aws.dynamodb import Table
from bedside.encounters import timeline as timeline_module
from bedside.encounters.chain import GENESIS, Entry, Position, breaks, entry_record
from bedside.encounters.encounter import Change, Encounter, grown
from bedside.encounters.events import PHONE, SYSTEM, Event, event, user
from bedside.encounters.outbox import first_events, next_events, with_events
from bedside.encounters.repository import EncounterRepository, encounter_record
from bedside.encounters.stream import change_in
from bedside.encounters.timeline import Timeline
from bedside.kernel.errors import UnavailableError
from bedside.platform.stream_records import NotUnderstoodError
from tests.tables import TIMELINE

T: Final = 1_795_228_312_000
NURSE: Final = user("n" * 24)


def version(events: Sequence[Event], number: int, *, line: int = 1, source: str = "session-1") -> Change:
    return Change("FAC001", "ENC-1", source, Position(line, number), events)


def photo(number: int) -> Event:
    return event("photo-arrived", T + number, PHONE, imageId=f"image-{number}")


def chained(changes: Sequence[Change]) -> tuple[Encounter | None, list[Entry]]:
    encounter: Encounter | None = None
    entries: list[Entry] = []
    for change in changes:
        encounter, added = grown(encounter, change, T)
        entries += added
    return encounter, entries


def records(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [entry_record(entry) for entry in entries]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Event], list[Change]]:
    """Draw what happens to three items, and how their streams carry it: each in order, with repetitions."""
    happened: list[Event] = []
    carried: list[Change] = []
    lines = dict.fromkeys(("session-1", "visit-1", "notes#visit-1"), (1, 0))
    for number in range(draw(st.integers(0, 12))):
        source = draw(st.sampled_from(sorted(lines)))
        line, reached = lines[source]
        if reached and draw(st.booleans()) and draw(st.booleans()):
            line, reached = line + 1, 0  # written anew
        events = [photo(10 * number + more) for more in range(draw(st.integers(1, 3)))]
        lines[source] = (line, reached + len(events))
        happened += events
        carried.append(version(events, reached + len(events), line=line, source=source))
        carried += draw(st.lists(st.sampled_from(carried), max_size=2))
    return happened, carried


@given(histories())
def test_any_history_becomes_the_chain_of_exactly_its_events(drawn: tuple[list[Event], list[Change]]) -> None:
    """Repeated versions, and versions without new events, add nothing; the chain holds."""
    happened, carried = drawn
    encounter, entries = chained(carried)
    assert [entry.event for entry in entries] == happened
    assert [entry.sequence for entry in entries] == list(range(1, len(happened) + 1))
    assert all(later.previous == earlier.hash for earlier, later in pairwise(entries))
    if encounter:
        assert breaks(encounter.key, encounter_record(encounter), records(entries)) == ""


@given(st.integers(2, 8), st.data())
def test_every_change_of_the_past_shows(length: int, data: st.DataObject) -> None:
    """A changed, removed, added or reordered entry, another head, or none."""
    encounter, entries = chained([version([photo(number)], number) for number in range(1, length + 1)])
    assert encounter
    place = data.draw(st.integers(0, length - 1))
    head, whole = encounter_record(encounter), records(entries)

    def broken(found: list[dict[str, Any]], of: dict[str, Any] | None = head) -> str:
        return breaks(encounter.key, of, found)

    changed = [*whole]
    changed[place] = {**whole[place], "event": {**whole[place]["event"], "at": T}}
    assert broken(changed) == f"entry {place + 1} was changed"
    missing = [*whole[:place], *whole[place + 1 :]]
    assert broken(missing)
    other = data.draw(st.integers(0, length - 1).filter(lambda number: number != place))
    swapped = [*whole]
    swapped[place], swapped[other] = (
        {**whole[other], "sk": whole[place]["sk"], "sequence": whole[place]["sequence"]},
        {**whole[place], "sk": whole[other]["sk"], "sequence": whole[other]["sequence"]},
    )
    assert broken(swapped).startswith(f"entry {min(place, other) + 1} ")
    assert broken([*whole, whole[-1]]) == f"entry {length + 1} is missing, or not in its place"
    assert broken(whole, None) == "it has no head"
    assert broken(whole, {**head, "hash": GENESIS}) == f"entry {length} is not the one that it should end with"
    assert broken([{"sk": "event#00000001", "sequence": 1, "previous": GENESIS}]) == "entry 1 was changed"
    assert broken(whole) == ""


def test_a_gap_is_told_of() -> None:
    """What the stream lost can be seen, and how much it was; the events behind it are taken."""
    _, entries = chained([version([photo(1)], 1), version([photo(4)], 4)])
    assert [entry.event["kind"] for entry in entries] == ["photo-arrived", "events-missing", "photo-arrived"]
    assert entries[1].event["count"] == 2


def test_an_encounter_knows_how_it_stands() -> None:
    """Open and ended, since when, and how many photos it has; those of a visit neither begin nor end it."""
    opened = event("session-opened", T, NURSE)
    ended = event("session-ended", T + 2, SYSTEM)
    encounter, _ = chained([version([opened], 1), version([ended], 2)])
    assert encounter
    assert (encounter.kind, encounter.state, encounter.started_at, encounter.ended_at) == ("capture", "ended", T, T + 2)
    encounter, _ = grown(encounter, version([event("session-reopened", T + 9, NURSE)], 3), T)
    assert (encounter.state, encounter.ended_at, encounter.last_event_at) == ("open", None, T + 9)
    booked = event("visit-booked", T, NURSE, startsAt=T + 99)
    visit, _ = chained([version([booked], 1, source="v"), version([opened], 1), version([ended], 2)])
    assert visit
    assert (visit.kind, visit.state, visit.started_at) == ("visit", "open", T + 99)
    visit, _ = grown(visit, version([event("visit-ended", T + 200, SYSTEM, outcome="completed")], 2, source="v"), T)
    assert (visit.state, visit.ended_at) == ("ended", T + 200)


def record(**item: object) -> dict[str, Any]:
    image = {"pk": "session-1", "facilityId": "FAC001", "encounterId": "ENC-1", **item}
    return {"dynamodb": {"SequenceNumber": "1", "NewImage": to_attributes(image)}}


def test_a_version_is_read_as_the_stream_reports_it() -> None:
    """With its patient and photos, as far as it has them; removals, and items of earlier releases, bring nothing."""
    change = change_in(record(**first_events(7, photo(1)), patientId="P", patientName="Aroha", images={"image-1": {}}))
    assert change == Change("FAC001", "ENC-1", "session-1", Position(7, 1), (photo(1),), "P", "Aroha", 1)
    assert change_in(record(images={})) is None
    assert change_in({"dynamodb": {"Keys": {"pk": {"S": "session-1"}}}}) is None
    late = change_in(record(**next_events(4, [photo(5), photo(6)])))
    assert late
    assert (late.position, late.photo_count) == (Position(0, 6), None)
    assert next_events(4, []) == {}


@pytest.mark.parametrize(
    "item",
    [
        first_events(1, {**photo(1), "kind": "gossip"}),
        first_events(1, {**photo(1), "actor": {"kind": "dog"}}),
        first_events(1, {**photo(1), "at": "now"}),
        first_events(1),
        {"eventNumber": 1},
        {"eventNumber": 1, "events": ["photo"]},
        {**first_events(1, photo(1)), "facilityId": None, "pk": None},
    ],
)
def test_what_is_no_event_is_refused(item: dict[str, Any]) -> None:
    """With an error that the function reports and passes over."""
    with pytest.raises(NotUnderstoodError):
        change_in(record(**item))


def test_an_update_gets_its_events_in_the_same_clause() -> None:
    """DynamoDB allows one SET clause; without events the update stays as it is."""
    assert with_events("REMOVE #a SET #b = :b", {"b": 1}, [photo(1)]) == (
        "REMOVE #a SET #events = :events, #eventNumber = if_not_exists(#eventNumber, :noEvents) + :eventCount, #b = :b",
        {"b": 1, "events": [photo(1)], "eventCount": 1, "noEvents": 0},
    )
    assert with_events("SET #b = :b", {"b": 1}, ()) == ("SET #b = :b", {"b": 1})


@pytest.fixture
def repository(aws: None) -> EncounterRepository:  # noqa: ARG001  # the table is in memory
    return EncounterRepository(Table(TIMELINE))


def test_a_change_of_many_events_is_appended_in_parts(
    repository: EncounterRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB changes at most a hundred items at once; what is appended stays appended if the next part fails."""
    timeline = Timeline(repository)
    events = [photo(number) for number in range(250)]
    change = record(**first_events(1, *events))
    extend = repository.extend

    def failing(before: Encounter | None, *after: Any) -> None:
        if before:
            raise UnavailableError("away")
        extend(before, *after)

    with monkeypatch.context() as patch:
        patch.setattr(EncounterRepository, "extend", lambda _, *change: failing(*change))
        with pytest.raises(UnavailableError):
            timeline.append(change, T)
    assert timeline.append(change, T)
    assert not timeline.append(change, T)
    encounter = repository.find("FAC001", "ENC-1")
    assert encounter
    entries = [*repository.list_entries(encounter, 0), *repository.list_entries(encounter, 200)]
    assert [entry.event["imageId"] for entry in entries] == [f"image-{number}" for number in range(250)]
    assert breaks(encounter.key, encounter_record(encounter), records(entries)) == ""


def told(repository: EncounterRepository) -> list[str]:
    found = repository.find("FAC001", "ENC-1")
    assert found
    entries = repository.list_entries(found, 0)
    return [entry.event.get("imageId", entry.event["kind"]) for entry in entries]


def test_appends_that_meet_take_turns(repository: EncounterRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process appends its own item's events; whoever comes second reads again, and nothing is there twice."""
    find = repository.find
    other = Timeline(EncounterRepository(Table(TIMELINE)))
    meets = [record(**first_events(1, photo(2)), pk="visit-1"), record(**first_events(1, photo(1)))]

    def meeting(facility_id: str, encounter_id: str) -> Encounter | None:
        found = find(facility_id, encounter_id)
        if meets:
            other.append(meets.pop(), T)
        return found

    monkeypatch.setattr(repository, "find", meeting)
    timeline = Timeline(repository)
    assert timeline.append(record(**first_events(1, photo(1))), T) is False
    assert timeline.append(record(**first_events(1, photo(3)), pk="notes#visit-1"), T) is True
    assert told(repository) == ["image-1", "image-2", "image-3"]


def test_an_append_gives_up_in_the_end(repository: EncounterRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream delivers the record again."""
    monkeypatch.setattr(timeline_module, "_TRIES", 2)
    find: Callable[[str, str], Encounter | None] = lambda _facility, _encounter: None  # noqa: E731  # a stale read
    Timeline(repository).append(record(**first_events(1, photo(1))), T)
    monkeypatch.setattr(repository, "find", find)
    with pytest.raises(UnavailableError):
        Timeline(repository).append(record(**first_events(2, photo(2))), T)


def test_what_is_known_costs_no_request(repository: EncounterRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most versions of a session bring no new events: phones report, tokens are made."""
    monkeypatch.setattr(timeline_module, "_REMEMBERED", 1)
    timeline, seen = Timeline(repository), record(**first_events(1, photo(1)))
    assert timeline.append(seen, T) is True
    with monkeypatch.context() as silent:
        silent.setattr(repository, "find", None)
        assert timeline.append(seen, T) is False
    elsewhere = record(**first_events(1, photo(1)), encounterId="ENC-2")
    assert timeline.append(elsewhere, T) is True
    assert timeline.append(seen, T) is False
    assert told(repository) == ["image-1"]
