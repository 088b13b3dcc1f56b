"""Who is calling, as the record has them, remembered for five seconds as the product does."""

from dataclasses import dataclass
from typing import Any

from benchmarks.peers import clients, tokens
from benchmarks.peers.records import read
from benchmarks.peers.refusal import Refusal

_BELIEVED_MS = 5000
_seen: dict[str, tuple[int, dict[str, Any] | None]] = {}


@dataclass(frozen=True)
class Caller:
    """A person and their sign-in."""

    user_id: str
    family: str
    facility_id: str | None
    everywhere: bool = False
    works_at: str | None = None
    practises: bool = False

    def covers(self, facility_id: str | None) -> bool:
        """Return whether they may administer people of this facility."""
        return self.everywhere or (facility_id is not None and facility_id == self.facility_id)


def signed_in(authorization: str | None) -> Caller:
    """Return the signed-in person."""
    claims = tokens.verify(tokens.ACCESS, authorization)
    return _caller(_person(claims["sub"], claims["fam"]), claims["fam"])


def clinician(authorization: str | None) -> Caller:
    """Return the caller if they are a verified clinician."""
    claims = tokens.verify(tokens.ACCESS, authorization)
    person = _person(claims["sub"], claims["fam"])
    if "clinician" not in person["roles"] or "facilityId" not in person:
        raise Refusal(403, "forbidden")
    if person.get("verification") != "verified":
        raise Refusal(403, "not-verified")
    return _caller(person, claims["fam"])


def admin(authorization: str | None) -> Caller:
    """Return the caller if they are an administrator."""
    claims = tokens.verify(tokens.ACCESS, authorization)
    person = _person(claims["sub"], claims["fam"])
    roles = person["roles"]
    if "systemAdmin" not in roles and not ("facilityAdmin" in roles and "facilityId" in person):
        raise Refusal(403, "forbidden")
    return _caller(person, claims["fam"])


def phone(authorization: str | None, encounter_id: str) -> dict[str, Any]:
    """Return the claims of an upload token; rejects one of another encounter."""
    claims = tokens.verify(tokens.UPLOAD, authorization)
    if claims["enc"] != encounter_id:
        raise Refusal(403, "wrong-encounter")
    return claims


def may_watch(user_id: str, family: str, facility_id: str) -> bool:
    """Return whether a person may still receive updates of a facility's sessions."""
    try:
        person = _person(user_id, family)
    except Refusal:
        return False
    return (
        person.get("facilityId") == facility_id
        and "clinician" in person["roles"]
        and person.get("verification") == "verified"
    )


def _person(user_id: str, family: str) -> dict[str, Any]:
    """Return the person of a valid sign-in; a sign-in cached as ended is read again."""
    now, seen = clients.now_ms(), _seen.get(user_id)
    remembered = seen is not None and now - seen[0] < _BELIEVED_MS
    person = seen[1] if seen and remembered else _look(user_id, now)
    if remembered and not _lives(person, family, now):
        person = _look(user_id, now)
    if person is None or not _lives(person, family, now):
        raise Refusal(401, "unauthorized")
    return person


def _look(user_id: str, now: int) -> dict[str, Any] | None:
    person = read(clients.people, user_id)
    if len(_seen) >= 1000:
        _seen.pop(next(iter(_seen)))
    _seen[user_id] = (now, person)
    return person


def _lives(person: dict[str, Any] | None, family: str, now: int) -> bool:
    return bool(person and person.get("roles") and person.get("families", {}).get(family, {}).get("endsAt", 0) > now)


def _caller(person: dict[str, Any], family: str) -> Caller:
    roles, facility_id = person["roles"], person.get("facilityId")
    practises = "clinician" in roles and person.get("verification") == "verified"
    works_at = facility_id if practises or "facilityAdmin" in roles else None
    return Caller(person["pk"], family, facility_id, "systemAdmin" in roles, works_at, practises)
