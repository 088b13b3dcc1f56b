"""What a search among 100,000 patients of a facility costs: ours, and the same search by Scan with a filter."""

import json
import random
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median
from typing import TYPE_CHECKING, Any, Final, cast

from bedside.adapters.aws.attributes import from_attributes, to_attributes
from bedside.patients.patient import Patient, PatientIdentifier
from bedside.patients.query_terms import Term, terms_of
from bedside.patients.records import record_item, searchable, word_items
from bedside.patients.search import PatientSearch
from benchmarks.table import number, prose, table

if TYPE_CHECKING:
    from bedside.adapters.aws.dynamodb import Table

PATIENTS: Final = 100_000
_FACILITY: Final = "FAC001"
# Numbers of items and requests do not vary; times do.
_AGAIN: Final = 15
_PEER_AGAIN: Final = 3
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html: a page has up to 1 MB,
# and a strongly consistent read of 4 KB is one unit.
_PAGE_BYTES: Final = 1024 * 1024
_UNIT_BYTES: Final = 4096
_GIVEN: Final = """
Aroha Mere Tama Wiremu Hana Ana Kiri Rawiri Hemi Mia Olivia Charlotte Isla Amelia Noah Oliver Jack Leo James Lucas Henry
George Grace Ruby Sophie Ella Emily Anna Maria José Søren Priya Arjun Wei Ming Fatima Omar Sione Mele Tevita
"""
_FAMILY: Final = """
Smith Wilson Williams Brown Taylor Jones Singh Wang Anderson Li Thompson Kumar Patel Ngāta Pāki Tāmaki Walker White
Clark Robinson O'Brien Campbell Mitchell Stewart Scott Young Kelly Murphy Nguyen Zhang Chen Khan Müller Novak
"""
# What people type, and what it is.
QUERIES: Final = (
    ("ngata", "a family name that many have"),
    ("ngata mere", "both names, of which many have each"),
    ("an", "two letters, as one begins to type"),
    ("an sm", "two letters of both names, of which many have each"),
    ("an ob", "two letters of both names, of which few have both"),
    ("smith 1984", "a common family name and a year of birth"),
    ("7/3/1984", "a date of birth"),
    ("zzz1234", "the beginning of a patient's number"),
    ("4567", "the last digits of a phone number"),
    ("obrien rawiri 7/3/1984", "three words, which nobody may have"),
)


@dataclass
class Cost:
    """What one search asked of the table."""

    requests: int = 0
    items: int = 0
    units: int = 0

    def page(self, sizes: Sequence[int]) -> None:
        """Add a page of items that DynamoDB looked at."""
        self.requests += 1
        self.items += len(sizes)
        self.units += max(1, ceil(sum(sizes) / _UNIT_BYTES))


@dataclass
class Memory:
    """The items of patients by partition, in the order of their sort keys, as DynamoDB's answers spell them."""

    keys: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    items: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    records: list[tuple[str, str]] = field(default_factory=list)
    cost: Cost = field(default_factory=Cost)

    def add(self, patient: Patient) -> None:
        """Keep what the directory writes for a patient."""
        for (pk, sk), item in word_items(patient).items():
            self.keys[pk].append(sk)
            self.items[pk, sk] = item["words"], json.dumps(to_attributes(item))
        # A peer without the index would keep the words with the record, to filter by.
        words = searchable(patient.words)
        self.records.append((words, json.dumps(to_attributes({**record_item(patient), "words": words}))))

    def sort(self) -> None:
        """Put every partition in order, once all is there."""
        for keys in self.keys.values():
            keys.sort()

    def query(
        self,
        pk: str,
        within: tuple[str, str],
        *,
        limit: int,
        after: Mapping[str, str] | None = None,
        condition: str = "",
        values: Mapping[str, str] | None = None,
        descending: bool = False,  # noqa: ARG002  # as `Table.query` has it
    ) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
        """Answer as `Table.query` does, with the filter that the search writes."""
        keys = self.keys.get(pk, [])
        first = bisect_right(keys, after["sk"]) if after else bisect_left(keys, within[0])
        found, sizes = [], []
        last = ""
        for sk in keys[first : bisect_right(keys, within[1])]:
            words, text = self.items[pk, sk]
            sizes.append(len(text))
            last = sk
            if _holds(condition, values or {}, words):
                found.append(text)
            if len(sizes) == limit or len(sizes) * sizes[-1] > _PAGE_BYTES:
                break
        else:
            last = ""
        self.cost.page(sizes)
        read = [from_attributes(each) for each in json.loads(f"[{','.join(found)}]")]
        return read, {"pk": pk, "sk": last} if last else None

    def scan(self, terms: Sequence[Term]) -> list[dict[str, Any]]:
        """Find by reading every record, page by page, as a Scan with a filter does."""
        found, sizes = [], []
        for words, text in self.records:
            sizes.append(len(text))
            if all(any(f" {start}" in words for start in term.starts) for term in terms):
                found.append(text)
            if len(sizes) * sizes[-1] > _PAGE_BYTES:
                self.cost.page(sizes)
                sizes = []
        if sizes:
            self.cost.page(sizes)
        return [from_attributes(each) for each in json.loads(f"[{','.join(found[:20])}]")]


@dataclass(frozen=True, slots=True)
class Found:
    """One search: how often something was found, its times (ms) and costs, and those of the peer."""

    typed: str
    what: str
    patients: int
    ours: Sequence[float]
    cost: Cost
    peers: Sequence[float]
    peers_cost: Cost


def measure(count: int = PATIENTS) -> list[Found]:
    """Search a facility of so many patients by each of the queries."""
    memory = Memory()
    for patient in people(count):
        memory.add(patient)
    memory.sort()
    search = PatientSearch(cast("Table", memory))
    return [_raced(memory, search, typed, what) for typed, what in QUERIES]


def _raced(memory: Memory, search: PatientSearch, typed: str, what: str) -> Found:
    ours, peers, patients = [], [], 0
    cost = peers_cost = Cost()
    for _ in range(_AGAIN):
        cost = memory.cost = Cost()
        begun = time.perf_counter()
        patients = len(search.find(_FACILITY, typed, "NZ")[0])
        ours.append((time.perf_counter() - begun) * 1000)
    for _ in range(_PEER_AGAIN):
        peers_cost = memory.cost = Cost()
        begun = time.perf_counter()
        memory.scan(terms_of(typed, "NZ"))
        peers.append((time.perf_counter() - begun) * 1000)
    return Found(typed, what, patients, ours, cost, peers, peers_cost)


def people(count: int) -> Iterator[Patient]:
    """Yield patients; the first names of each list are the most frequent, as in any country. The same every time."""
    dice = random.Random(1)  # noqa: S311  # no secret
    first_names, family_names = _GIVEN.split(), _FAMILY.split()
    shares = [1 / (place + 2) for place in range(len(family_names))]
    for place in range(count):
        [family] = dice.choices(family_names, shares)
        given = dice.choice(first_names), dice.choice(first_names)
        # Most people have a rarer family name than those above.
        rare = dice.random() < 0.7  # a share
        family = f"{family[:3]}{dice.choice('aeiou')}{dice.choice('kltrmn')}{dice.choice('aeiou')}" if rare else family
        yield Patient(
            patient_id=f"p{place:025d}",
            facility_id=_FACILITY,
            name=f"{given[0]} {given[1]} {family}",
            born=f"{dice.randint(1935, 2025)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
            sex=dice.choice(("female", "male")),
            phone=f"+6421{dice.randrange(10**7):07d}",
            identifiers=(PatientIdentifier("mrn", f"ZZZ{place:05d}"),),
            external_id=None,
            user_id=None,
            created_at=1_795_228_312_000,
            updated_at=1_795_228_312_000,
            version=1,
        )


def section(found: Sequence[Found], count: int = PATIENTS) -> str:
    """Show what each search costs, ours and the peer's."""
    rows = [
        [
            f"`{each.typed}`: {each.what}",
            str(each.patients),
            number(median(each.ours)),
            f"{each.cost.requests} / {each.peers_cost.requests}",
            f"{each.cost.items:,} / {each.peers_cost.items:,}",
            f"{each.cost.units:,} / {each.peers_cost.units:,}",
            f"{median(each.peers) / median(each.ours):,.0f}",
        ]
        for each in found
    ]
    head = ["typed", "first page", "ms", "requests", "items looked at", "read units", "times faster"]
    return "\n\n".join(
        [
            "## A search among 100,000 patients",
            prose(
                f"""
                The first page (at most 20) of {count:,} patients of one facility, by the index of words; after the
                slash a Scan of the records with the same filter. Both ask a table in the memory of this process, so
                that the times are those of finding, filtering and reading answers, without a network; requests, items
                and read units (4 KB, strongly consistent) are what DynamoDB would charge and take its time for. n =
                {_AGAIN}.
                """
            ),
            table(head, rows),
        ]
    )


def _holds(condition: str, values: Mapping[str, str], words: str) -> bool:
    """Return whether the filter of a search holds: terms joined by AND, each with alternatives joined by OR."""
    return not condition or all(
        any(_has(part.strip("() "), values, words) for part in term.split(" OR ")) for term in condition.split(" AND ")
    )


def _has(part: str, values: Mapping[str, str], words: str) -> bool:
    wanted = values[part.rpartition(":")[2].rstrip(")")] in words
    return not wanted if part.startswith("NOT ") else wanted


if __name__ == "__main__":
    print(section(measure()))
