"""An encounter with the state of its timeline, and how it grows. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from bedside.encounters.chain import GENESIS, Entry, Position
from bedside.encounters.events import ENDING, OPENING, SYSTEM, EncounterKind, Event, encounter_kind, event

State = Literal["open", "ended"]
# Entries that are written together with the encounter: DynamoDB changes at most a hundred items at once.
AT_ONCE: Final = 99


@dataclass(frozen=True, slots=True)
class Encounter:
    """What is known of an encounter after the events of its timeline; instants are Unix milliseconds.

    `sequence` and `hash` are those of the last entry; `positions` tell, by item, up to which event of it the timeline
    goes. `patient_name` is the name in the latest item of the encounter's kind, `None` if that has none.
    """

    facility_id: str
    encounter_id: str
    kind: EncounterKind
    started_at: int
    last_event_at: int
    ended_at: int | None = None
    state: State = "open"
    patient_id: str | None = None
    patient_name: str | None = field(default=None, repr=False)
    photo_count: int = 0
    sequence: int = 0
    hash: str = GENESIS
    positions: Mapping[str, Position] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return encounter_key(self.facility_id, self.encounter_id)


@dataclass(frozen=True, slots=True)
class Change:
    """A version of an item as its table's stream reports it; the last of `events` is at `position`.

    `photo_count` is None for items without photos.
    """

    facility_id: str
    encounter_id: str
    source: str
    position: Position
    events: Sequence[Event]
    patient_id: str | None = None
    patient_name: str | None = field(default=None, repr=False)
    photo_count: int | None = None

    @property
    def key(self) -> str:
        return encounter_key(self.facility_id, self.encounter_id)


def encounter_key(facility_id: str, encounter_id: str) -> str:
    """Return the partition key of an encounter's items; identifiers contain no "#"."""
    return f"encounter#{facility_id}#{encounter_id}"


def is_known(positions: Mapping[str, Position], change: Change) -> bool:
    """Return whether a timeline that goes up to `positions` has the events of a change already."""
    known = positions.get(change.source, Position(-1))
    return (change.position.line, change.position.number) <= (known.line, known.number)


def grown(encounter: Encounter | None, change: Change, now_ms: int) -> tuple[Encounter, Sequence[Entry]]:
    """Return the encounter after a change, and the entries that its timeline is to be extended by; none if it has them.

    If there are more than can be written at once, both go up to these, and the change brings the others after that.
    Where the item's events between those known and those of the change are missing, an entry says so.
    """
    if encounter is None:
        first = change.events[0]
        encounter = Encounter(
            change.facility_id, change.encounter_id, encounter_kind(first["kind"]), first["at"], first["at"]
        )
    if is_known(encounter.positions, change):
        return encounter, ()
    known = encounter.positions.get(change.source, Position())
    reached = known.number if known.line == change.position.line else 0
    before = change.position.number - len(change.events)
    entries: list[Entry] = []
    if before > reached:
        missing = event("events-missing", now_ms, SYSTEM, count=before - reached)
        entries.append(_entry(encounter, entries, missing, change, before))
    for number, happened in enumerate(change.events, before + 1):
        if number > reached and len(entries) < AT_ONCE:
            entries.append(_entry(encounter, entries, happened, change, number))
    return _after(encounter, change, entries), entries


def _entry(encounter: Encounter, entries: Sequence[Entry], happened: Event, change: Change, number: int) -> Entry:
    previous = entries[-1].hash if entries else encounter.hash
    position = Position(change.position.line, number)
    return Entry(encounter.key, encounter.sequence + len(entries) + 1, happened, change.source, position, previous)


def _after(encounter: Encounter, change: Change, entries: Sequence[Entry]) -> Encounter:
    for entry in entries:
        encounter = _with_event(encounter, entry.event)
    patient_id, patient_name = encounter.patient_id, encounter.patient_name
    # A session for photos of a visit may be opened for anybody; the visit's patient stays who it is.
    if patient_id is None or encounter_kind(change.events[-1]["kind"]) == encounter.kind:
        patient_id, patient_name = change.patient_id or patient_id, change.patient_name or patient_name
    return replace(
        encounter,
        patient_id=patient_id,
        patient_name=patient_name,
        photo_count=encounter.photo_count if change.photo_count is None else change.photo_count,
        sequence=entries[-1].sequence,
        hash=entries[-1].hash,
        positions={**encounter.positions, change.source: entries[-1].position},
    )


def _with_event(encounter: Encounter, happened: Event) -> Encounter:
    kind, at = happened["kind"], happened["at"]
    encounter = replace(encounter, last_event_at=max(encounter.last_event_at, at))
    if encounter_kind(kind) != encounter.kind:
        return encounter  # photos of a visit neither begin nor end it
    if "startsAt" in happened:
        encounter = replace(encounter, started_at=happened["startsAt"])
    if kind in OPENING:
        return replace(encounter, state="open", ended_at=None)
    if kind in ENDING:
        return replace(encounter, state="ended", ended_at=at)
    return encounter
