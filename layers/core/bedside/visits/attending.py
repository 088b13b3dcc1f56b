"""Taking part in a visit: joining, the token for the room, and deciding that it is over."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pydantic import Field

from bedside.errors import RtcTokenNotFoundError, WrongStateError
from bedside.identity.principal import Principal
from bedside.transient.drafts import RTC_TOKEN, Drafts
from bedside.visits.access import party_of, practising
from bedside.visits.changing import Changing
from bedside.visits.course import Rules
from bedside.visits.document import visit_document
from bedside.visits.knowledge import Deciding, Decision, Known, decided, joined, roomed
from bedside.visits.presence import Joining, Party, present, stays
from bedside.visits.record import VisitRecord
from bedside.visits.rooms import Rooms
from bedside.visits.states import transition
from bedside.visits.visit import Visit
from bedside.wire import Identifier, LongText, Wire

_NAME_BYTES: Final = 10


class TokenRequest(Wire):
    joining: Identifier


class CancelRequest(Wire):
    reason: LongText = Field(default="")


@dataclass(frozen=True, slots=True)
class Attending:
    """Lets the two of a visit in and out; `randomness` gives that many random bytes."""

    record: VisitRecord
    changing: Changing
    rooms: Callable[[], Rooms]
    drafts: Drafts
    rules: Rules
    randomness: Callable[[int], bytes]

    def join(self, who: Principal, visit_id: str, now: int) -> dict[str, Any]:
        """Let somebody in, or in again, and return the visit and the way to its room.

        Raises VisitNotFoundError, ForbiddenError, WrongStateError, TooManyJoiningsError, UnavailableError.
        """
        name = self._name()
        open_room = cache(lambda: self.rooms().open(visit_id))

        def learn(visit: Visit) -> Known:
            party = party_of(visit, who)
            _still(visit)
            return joined(roomed(visit.known, visit.known.room_id or open_room()), name, Joining(party, now))

        visit = self.changing.learn(visit_id, learn, now)
        party, room_id = party_of(visit, who), visit.known.room_id or open_room()
        token = self.rooms().token(room_id, name, party, now)
        self.drafts.put(RTC_TOKEN, _draft(visit_id, name), {"rtcToken": token}, now)
        return {
            "visit": visit_document(visit, self.rules, now),
            "room": {"roomId": room_id, "url": self.rooms().page(room_id, party), "role": party},
            "tokenUrl": f"/visits/{visit_id}/rtc-token?joining={name}",
        }

    def token(self, who: Principal, visit_id: str, joining: str, now: int) -> dict[str, Any]:
        """Return the token of a joining of the caller's, once, within a minute.

        Raises VisitNotFoundError, ForbiddenError, RtcTokenNotFoundError, UnavailableError.
        """
        visit = self.record.read(visit_id)
        party, found = party_of(visit, who), visit.known.joinings.get(joining)
        room_id, life_ms = visit.known.room_id, RTC_TOKEN.life_s * 1000
        if found is None or found.party != party or room_id is None or found.at + life_ms <= now or not visit.going_on:
            raise RtcTokenNotFoundError("There is no token. Join again.")

        # The record alone says whether it was fetched: Redis may be away and back in a moment, or lose what it held.
        if not self.record.claim(visit_id, joining):
            raise RtcTokenNotFoundError("There is no token. Join again.")
        kept = self.drafts.take(RTC_TOKEN, _draft(visit_id, joining), now)
        token = kept["rtcToken"] if kept else self.rooms().token(room_id, joining, party, now)
        return {"rtcToken": token, "expiresIn": RTC_TOKEN.life_s}

    def start(self, who: Principal, visit_id: str, now: int) -> dict[str, Any]:
        """Return the visit under way. A practitioner who starts it is there, although they have not joined the room.

        Raises VisitNotFoundError, ForbiddenError, WrongStateError where the patient is not there, UnavailableError.
        """
        name = self._name()

        def learn(visit: Visit) -> Known:
            practising(visit, who)
            if visit.state == "inProgress":
                return visit.known
            if visit.state != "waiting" or not _there(visit, "patient", now):
                raise WrongStateError(f"The visit is {visit.state}.", visit.state)
            return joined(visit.known, name, Joining("practitioner", now))

        return visit_document(self.changing.learn(visit_id, learn, now), self.rules, now)

    def end(self, who: Principal, visit_id: str, now: int) -> dict[str, Any]:
        """Return the visit, completed; raises VisitNotFoundError, ForbiddenError, WrongStateError, UnavailableError."""
        return self._decide(practising, who, visit_id, "end", "completed", "", now)

    def cancel(self, who: Principal, visit_id: str, reason: str, now: int) -> dict[str, Any]:
        """Return the visit, cancelled; raises as `end` does."""
        return self._decide(party_of, who, visit_id, "cancel", "cancelled", reason, now)

    def _name(self) -> str:
        return base64.b32encode(self.randomness(_NAME_BYTES)).decode().lower()

    def _decide(
        self,
        allowed: Callable[[Visit, Principal], object],
        who: Principal,
        visit_id: str,
        cause: Deciding,
        over: str,
        reason: str,
        now: int,
    ) -> dict[str, Any]:
        def learn(visit: Visit) -> Known:
            allowed(visit, who)
            if (
                any((one.cause, one.by) == (cause, who.user_id) for one in visit.known.decisions)
                and visit.state == over
            ):
                return visit.known  # asked again, perhaps because the answer was lost
            transition(visit.state, cause)
            return decided(visit.known, Decision(cause, now, who.user_id, reason=reason))

        return visit_document(self.changing.learn(visit_id, learn, now), self.rules, now)


def _still(visit: Visit) -> None:
    if not visit.going_on:
        raise WrongStateError(f"The visit is {visit.state}.", visit.state)


def _there(visit: Visit, party: Party, now: int) -> bool:
    return present(stays(visit.known.joinings.values(), party), now)


def _draft(visit_id: str, joining: str) -> str:
    return f"{visit_id}\n{joining}"
