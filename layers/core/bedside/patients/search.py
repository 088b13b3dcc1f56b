"""Search for patients of a facility by what somebody types."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Table
from bedside.kernel.cursors import decode_cursor, encode_cursor
from bedside.kernel.errors import FieldFault, InvalidRequestError
from bedside.patients.patient import Patient, from_record
from bedside.patients.query_terms import Term, terms_of
from bedside.patients.records import listed, starting, words_key

PAGE: Final = 20
# Items that DynamoDB looks at in one request; it stops earlier after 1 MB.
_LOOKED_AT: Final = 500
# Requests of one call. Whoever types more gets to the rest sooner than by another page.
_REQUESTS: Final = 4
# One is enough for words of so few letters: many patients have one, and somebody is still typing.
_SHORT: Final = 2


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: at an alternative of the term that is looked up, after a sort key."""

    alternative: int = 0
    after: str = ""


@dataclass(frozen=True, slots=True)
class PatientSearch:
    """Finds patients by an index of words, one query for the most telling word, filtered by the others."""

    table: Table

    def find(
        self, facility_id: str, text: str, country: str, cursor: str | None = None
    ) -> tuple[list[Patient], str | None]:
        """Return up to 20 patients who have every word of `text`, and the cursor of the next page.

        Without a word, patients are listed by name. A page may be short, and even empty, although there are more.
        Raises InvalidRequestError for a cursor of another search, UnavailableError.
        """
        place = decode_cursor(cursor, _read_place) or _Place()
        terms = terms_of(text, country)
        first = max(terms, key=_telling, default=None)
        if first is None or all(len(start) < _shortest(start) for start in first.starts):
            return self._page(facility_id, "", (listed(text).strip(),), (), place)
        return self._page(facility_id, None, first.starts, [term for term in terms if term != first], place)

    def _page(
        self, facility_id: str, bucket: str | None, starts: Sequence[str], others: Sequence[Term], place: _Place
    ) -> tuple[list[Patient], str | None]:
        found: list[Patient] = []
        requests = 1 if others and min(map(len, starts)) <= _SHORT else _REQUESTS
        alternative, after = place.alternative, place.after
        while alternative < len(starts):
            start = starts[alternative]
            if bucket is None and len(start) < _shortest(start):
                alternative, after = alternative + 1, ""
                continue
            pk = words_key(facility_id, start if bucket is None else bucket)
            within = starting(start)
            if after and not within[0] <= after <= within[1]:
                raise InvalidRequestError([FieldFault("cursor", "This is not a cursor of this search.")])
            condition, values = _filter(starts[:alternative], others)
            items, more = self.table.query(
                pk,
                within,
                limit=_LOOKED_AT if others else 2 * PAGE,
                after={"pk": pk, "sk": after} if after else None,
                condition=condition,
                values=values,
            )
            for item in items:
                if bucket is None and not _is_first(item, start):
                    continue
                found.append(from_record(item["patient"]))
                if len(found) == PAGE:
                    return found, _cursor(_Place(alternative, item["sk"]))
            alternative, after = (alternative, more["sk"]) if more else (alternative + 1, "")
            requests -= 1
            if not requests and alternative < len(starts):
                return found, _cursor(_Place(alternative, after))
        return found, None


def _shortest(start: str) -> int:
    """Return how many letters a word needs to be looked up: those by which its bucket is named."""
    return 2 if start.isascii() else 1


def _telling(term: Term) -> tuple[int, int, int]:
    """Return how few patients a term is likely to leave: dates and long words say most."""
    shortest = min(len(start) for start in term.starts)
    return shortest, -len(term.starts), sum(map(len, term.starts))


def _filter(earlier: Sequence[str], others: Sequence[Term]) -> tuple[str, dict[str, Any]]:
    """Return the condition that an item has the other terms, and was not found by an earlier alternative already."""
    values: dict[str, Any] = {}

    def has(start: str) -> str:
        name = f"word{len(values)}"
        values[name] = f" {start}"
        return f"contains(#words, :{name})"

    parts = [f"NOT {has(start)}" for start in earlier]
    for term in others:
        either = [has(start) for start in term.starts]
        parts.append(either[0] if len(either) == 1 else f"({' OR '.join(either)})")
    return " AND ".join(parts), values


def _is_first(item: Item, start: str) -> bool:
    """Return whether this is the first of the patient's items for `start`: "an" finds Anna Anders only once."""
    word = str(item["sk"]).rpartition("#")[0]
    return word == next(_starting(item["words"], start), word)


def _starting(words: str, start: str) -> Iterator[str]:
    return (word for word in words.split(" ") if word.startswith(start))


def _cursor(place: _Place) -> str:
    return encode_cursor([place.alternative, place.after])


def _read_place(written: Any) -> _Place | None:  # noqa: ANN401  # any JSON
    match written:
        # Python treats JSON's true as an int.
        case [int(alternative), str(after)] if not isinstance(alternative, bool) and alternative >= 0:
            after.encode()  # a lone surrogate is part of no key
            return _Place(alternative, after)
    return None
