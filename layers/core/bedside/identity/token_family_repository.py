"""Sign-ins in the record: renewed and ended. Each is one conditional write."""

from enum import Enum

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table, transact
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.person import Person, person_from_record
from bedside.identity.refresh_token import RETRY_MS, RefreshToken


class Refusal(Enum):
    """Why a refresh token was not taken: it is not alive, or it was used before, so that somebody has a copy."""

    DEAD = "dead"
    REUSED = "reused"


class TokenFamilyRepository:
    """The sign-ins of people; each is known to its person's item by the hash of its living refresh token."""

    def __init__(self, table: Table, trail: AuditTrail) -> None:
        self._table = table
        self._trail = trail

    def rotate(self, token: RefreshToken, following: RefreshToken, now_ms: int) -> Person | Refusal:
        """Put `following` in the place of `token`; a repeated request within ten seconds finds that done already."""
        try:
            item = self._table.update(
                token.user_id,
                "SET #families.#family.#digest = :next, #families.#family.#rotatedAt = :now",
                condition="#families.#family.#digest = :digest AND #families.#family.#endsAt > :now",
                values={"digest": token.digest, "next": following.digest, "now": now_ms},
                names={"family": token.family_id},
            )
        except ConditionFailedError as error:
            person = person_from_record(error.item) if error.item else None
        else:
            return person_from_record(item)
        family = person.families.get(token.family_id) if person else None
        if person is None or family is None or family.ends_at <= now_ms:
            return Refusal.DEAD
        if family.digest == following.digest and now_ms - family.rotated_at <= RETRY_MS:
            return person
        return Refusal.REUSED

    def end(self, user_id: str, family_id: str) -> None:
        """End one sign-in; one that has ended stays so."""
        try:
            self._table.update(
                user_id,
                "REMOVE #families.#family",
                condition="attribute_exists(#families.#family)",
                values={},
                names={"family": family_id},
            )
        except ConditionFailedError:
            return

    def end_all(self, entry: Entry, now_ms: int) -> bool:
        """End every sign-in of `entry.whom`, and the code that may be on its way.

        False where they are no longer of the facility that the entry names.
        """
        facility = entry.facility_id
        change = self._table.update_change(
            entry.whom,
            "SET #families = :none, #nextSendAt = :zero REMOVE #code",
            condition="attribute_exists(#roles) AND "
            + ("#facilityId = :facility" if facility else "attribute_not_exists(#facilityId)"),
            values={"none": {}, "zero": 0} | ({"facility": facility} if facility else {}),
        )
        try:
            transact(change, self._trail.adding(entry, now_ms))
        except ConditionFailedError:
            return False
        return True

    def add(self, user_id: str, family_id: str, digest: str, *, ends_at: int, now_ms: int) -> None:
        """Begin a sign-in without a code: only the operator of a stack can."""
        self._table.update(
            user_id,
            "SET #families.#family = :family",
            condition="attribute_exists(#roles)",
            values={"family": {"digest": digest, "rotatedAt": now_ms, "endsAt": ends_at}},
            names={"family": family_id},
        )
