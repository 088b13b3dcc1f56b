"""Whether a patient of the record is the patient of a document: two identifiers agree, and none contradicts. No I/O.

One alone is not enough: an id may come from another system, and a number may have been mistyped.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from bedside.adapters.fhir.bundles import identifiers
from bedside.adapters.fhir.terms import system_of
from bedside.kernel.words import split
from bedside.ports.records import RecordPatient

type Object = dict[str, Any]

_DATE_LENGTH: Final = len("YYYY-MM-DD")
_SUCCESSOR: Final = re.compile(r"(?:^|/)Patient/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?$")


def contradicts(found: Object, patient: RecordPatient) -> bool:
    """Return whether a patient of the record has another number in a system of ours, birth date or name.

    Names contradict if they share no word: a family name or a spelling may have changed.
    """
    ours, theirs = _numbers(patient), set(identifiers(found))
    for system in {system for system, _ in ours} & {system for system, _ in theirs}:
        if not {value for of, value in ours if of == system} & {value for of, value in theirs if of == system}:
            return True
    born = found.get("birthDate")
    # A record may know the year alone.
    if patient.birth_date and isinstance(born, str) and not patient.birth_date.startswith(born):
        return True
    known, names = set(split(patient.name)), list(_names(found))
    return bool(known and names) and not any(known & name for name in names)


def confirms(found: Object, patient: RecordPatient, *, by_id: bool) -> bool:
    """Return whether enough agrees with a patient who contradicts nothing.

    That is a number in a shared system; or, of a patient who was found by the record's id (`by_id`), the date of birth
    or the name.
    """
    if _numbers(patient) & set(identifiers(found)):
        return True
    born = found.get("birthDate")
    same_birth = isinstance(born, str) and len(born) == _DATE_LENGTH and born == patient.birth_date
    return by_id and (same_birth or any(_same(set(split(patient.name)), name) for name in _names(found)))


def replaced(patient: Object) -> bool:
    """Return whether a patient was merged into another, who has to be used instead."""
    return any(True for _ in _successors(patient))


def successor(patient: Object) -> str | None:
    """Return the id of the patient into whom one was merged, if the record names it.

    https://hl7.org/fhir/valueset-link-type.html: whoever is `replaced-by` another must no longer be used.
    """
    for link in _successors(patient):
        other = link.get("other")
        found = _SUCCESSOR.search(str(other.get("reference", ""))) if isinstance(other, dict) else None
        if found:
            return found[1]
    return None


def _successors(patient: Object) -> Iterator[Object]:
    links = patient.get("link")
    for each in links if isinstance(links, list) else []:
        if isinstance(each, dict) and each.get("type") == "replaced-by":
            yield each


def _numbers(patient: RecordPatient) -> set[tuple[str, str]]:
    return {(system, each.value) for each in patient.identifiers if (system := system_of(each))}


def _names(patient: Object) -> Iterator[set[str]]:
    """Yield the words of each of a patient's names."""
    names = patient.get("name")
    for each in names if isinstance(names, list) else []:
        if not isinstance(each, dict) or each.get("use") == "anonymous":
            continue
        given = each.get("given")
        parts = [each.get("text"), each.get("family"), *(given if isinstance(given, list) else [])]
        if words := {word for part in parts if isinstance(part, str) for word in split(part)}:
            yield words


def _same(ours: set[str], theirs: set[str]) -> bool:
    """Return whether two names are of one person: a middle name or a title may be missing, but not half a name."""
    fewer = min(len(ours), len(theirs))
    return ours == theirs or (fewer > 1 and len(ours & theirs) == fewer)
