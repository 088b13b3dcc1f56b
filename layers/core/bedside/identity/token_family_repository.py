"""Token families (sign-ins) in DynamoDB. Every change is one conditional write."""

from enum import Enum
from typing import Final

from bedside.adapters.aws.dynamodb import ConditionFailedError, Table, transact
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.otp_updates import surplus_families
from bedside.identity.person import Family, Person, person_from_record
from bedside.identity.refresh_token import RefreshToken

# So many sign-ins that were ended from elsewhere are known.
_ENDED_KEPT: Final = 50


class Refusal(Enum):
    """Why a refresh token was rejected: its sign-in has ended, or it was superseded, so it must have been copied."""

    DEAD = "dead"
    REUSED = "reused"


class TokenFamilyRepository:
    """Sign-ins, stored in their person's item with the hash of the last refresh token used."""

    def __init__(self, table: Table, trail: AuditTrail) -> None:
        self._table = table
        self._trail = trail

    def use(self, token: RefreshToken, now_ms: int) -> Person | Refusal:
        """Make `token` the last one used, and return its person; repeating this has no effect.

        Refused unless it is the last one used already, or was issued for that one.
        """
        try:
            item = self._table.update(
                token.user_id,
                "SET #families.#family.#digest = :digest, #families.#family.#rotatedAt = :now",
                condition=(
                    "(#families.#family.#digest = :digest OR #families.#family.#digest = :parent)"
                    " AND #families.#family.#endsAt > :now"
                ),
                values={"digest": token.digest, "parent": token.parent or token.digest, "now": now_ms},
                names={"family": token.family_id},
            )
        except ConditionFailedError as error:
            person = person_from_record(error.item) if error.item else None
        else:
            return person_from_record(item)
        family = person.families.get(token.family_id) if person else None
        return Refusal.DEAD if family is None or family.ends_at <= now_ms else Refusal.REUSED

    def end(self, user_id: str, family_id: str) -> None:
        """End a sign-in; does nothing if it has already ended."""
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

    def end_on_purpose(self, person: Person, family_id: str) -> None:
        """End a sign-in because its owner asked for it, and remember it: its browser gets no more messages either."""
        ended = [*(each for each in person.ended_sign_ins if each != family_id), family_id]
        try:
            self._table.update(
                person.user_id,
                "SET #endedSignIns = :ended REMOVE #families.#family",
                condition="attribute_exists(#families.#family)",
                values={"ended": ended[-_ENDED_KEPT:]},
                names={"family": family_id},
            )
        except ConditionFailedError:
            return

    def end_all(self, entry: Entry, now_ms: int) -> bool:
        """End all sign-ins of `entry.whom`, and invalidate their codes and device tokens.

        Returns False if they no longer belong to the entry's facility.
        """
        facility = entry.facility_id
        change = self._table.update_change(
            entry.whom,
            "SET #families = :none, #nextSendAt = :zero, #devicesAfter = :now REMOVE #codes, #codesEndAt, #devices",
            condition="attribute_exists(#roles) AND "
            + ("#facilityId = :facility" if facility else "attribute_not_exists(#facilityId)"),
            values={"none": {}, "zero": 0, "now": now_ms} | ({"facility": facility} if facility else {}),
        )
        try:
            transact(change, self._trail.add_change(entry, now_ms))
        except ConditionFailedError:
            return False
        return True

    def begin(self, person: Person, family_id: str, family: Family, now_ms: int) -> bool:
        """Begin a sign-in without a code, in place of those that are over; False if the person is deactivated."""
        over = {f"old{place}": name for place, name in enumerate(surplus_families(person, now_ms))}
        removed = f" REMOVE {', '.join(f'#families.#{name}' for name in over)}" if over else ""
        try:
            self._table.update(
                person.user_id,
                f"SET #families.#family = :family, #lastSignInAt = :now{removed}",
                condition="attribute_exists(#roles) AND attribute_not_exists(#deactivatedAt)",
                values={"family": family.record(), "now": now_ms},
                names={"family": family_id, **over},
            )
        except ConditionFailedError:
            return False
        return True

    def create(self, user_id: str, family_id: str, digest: str, *, ends_at: int, now_ms: int) -> None:
        """Create a sign-in without a code; reserved for the operator of a stack."""
        self._table.update(
            user_id,
            "SET #families.#family = :family, #signedInBefore = :yes",
            condition="attribute_exists(#roles)",
            values={"family": Family(digest, now_ms, ends_at, now_ms).record(), "yes": True},
            names={"family": family_id},
        )
