"""Taking part in a visit: joining, the token for the room, and deciding that it is over."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import Field

from bedside.identity.principal import Principal
from bedside.kernel.errors import RtcTokenNotFoundError, WrongStateError
from bedside.kernel.wire import Identifier, LongText, Wire
from bedside.platform.transient.drafts import RTC_TOKEN, Drafts
from bedside.ports.video import Party, Rooms
from bedside.visits.access import party_of, practising
from bedside.visits.facts import Deciding, Decision, VisitFacts, with_decision, with_joining, with_room
from bedside.visits.lifecycle import VisitLifecycle
from bedside.visits.model import Visit
from bedside.visits.presence import Joining, present, stays
from bedside.visits.repository import VisitRepository
from bedside.visits.representation import JoinedDocument, RtcTokenDocument, VisitDocument, visit_document
from bedside.visits.states import transition
from bedside.visits.timeline import TimeLimits

_NAME_BYTES: Final = 10


class TokenRequest(Wire):
    joining: Identifier


class CancelRequest(Wire):
    reason: LongText = Field(default="")


@dataclass(frozen=True, slots=True)
class Participation:
    """Lets the two of a visit in and out; `randomness` gives that many random bytes."""

    repository: VisitRepository
    lifecycle: VisitLifecycle
    rooms: Callable[[], Rooms]
    drafts: Drafts
    rules: TimeLimits
    randomness: Callable[[int], bytes]

    def join(self, who: Principal, visit_id: str, now_ms: int) -> JoinedDocument:
        """Let somebody in, or in again, and return the visit and the way to its room.

        Raises VisitNotFoundError, ForbiddenError, WrongStateError, TooManyJoiningsError, UnavailableError.
        """
        name = self._name()
        open_room = cache(lambda: self.rooms().open(visit_id))

        def learn(visit: Visit) -> VisitFacts:
            party = party_of(visit, who)
            _still(visit)
            return with_joining(
                with_room(visit.facts, visit.facts.room_id or open_room()), name, Joining(party, now_ms)
            )

        visit = self.lifecycle.learn(visit_id, learn, now_ms)
        party, room_id = party_of(visit, who), visit.facts.room_id or open_room()
        token = self.rooms().token(room_id, name, party, now_ms)
        self.drafts.put(RTC_TOKEN, _draft(visit_id, name), {"rtcToken": token}, now_ms)
        return {
            "visit": visit_document(visit, self.rules, now_ms),
            "room": {"roomId": room_id, "url": self.rooms().page(room_id, party), "role": party},
            "tokenUrl": f"/visits/{visit_id}/rtc-token?joining={name}",
        }

    def token(self, who: Principal, visit_id: str, joining: str, now_ms: int) -> RtcTokenDocument:
        """Return the token of a joining of the caller's, once, within a minute.

        Raises VisitNotFoundError, ForbiddenError, RtcTokenNotFoundError, UnavailableError.
        """
        visit = self.repository.read(visit_id)
        party, found = party_of(visit, who), visit.facts.joinings.get(joining)
        room_id, life_ms = visit.facts.room_id, RTC_TOKEN.life_s * 1000
        if (
            found is None
            or found.party != party
            or room_id is None
            or found.at + life_ms <= now_ms
            or not visit.going_on
        ):
            raise RtcTokenNotFoundError("There is no token. Join again.")

        # The record alone says whether it was fetched: Redis may be away and back in a moment, or lose what it held.
        if not self.repository.claim(visit_id, joining):
            raise RtcTokenNotFoundError("There is no token. Join again.")
        kept = self.drafts.take(RTC_TOKEN, _draft(visit_id, joining), now_ms)
        token = kept["rtcToken"] if kept else self.rooms().token(room_id, joining, party, now_ms)
        return {"rtcToken": token, "expiresIn": RTC_TOKEN.life_s}

    def start(self, who: Principal, visit_id: str, now_ms: int) -> VisitDocument:
        """Return the visit under way. A practitioner who starts it is there, although they have not joined the room.

        Raises VisitNotFoundError, ForbiddenError, WrongStateError where the patient is not there, UnavailableError.
        """
        name = self._name()

        def learn(visit: Visit) -> VisitFacts:
            practising(visit, who)
            if visit.state == "inProgress":
                return visit.facts
            if visit.state != "waiting" or not _there(visit, "patient", now_ms):
                raise WrongStateError(f"The visit is {visit.state}.", visit.state)
            return with_joining(visit.facts, name, Joining("practitioner", now_ms))

        return visit_document(self.lifecycle.learn(visit_id, learn, now_ms), self.rules, now_ms)

    def end(self, who: Principal, visit_id: str, now_ms: int) -> VisitDocument:
        """Return the visit, completed; raises VisitNotFoundError, ForbiddenError, WrongStateError, UnavailableError."""
        return self._decide(practising, who, visit_id, "end", "completed", "", now_ms)

    def cancel(self, who: Principal, visit_id: str, reason: str, now_ms: int) -> VisitDocument:
        """Return the visit, cancelled; raises as `end` does."""
        return self._decide(party_of, who, visit_id, "cancel", "cancelled", reason, now_ms)

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
        now_ms: int,
    ) -> VisitDocument:
        def learn(visit: Visit) -> VisitFacts:
            allowed(visit, who)
            if (
                any((one.cause, one.by) == (cause, who.user_id) for one in visit.facts.decisions)
                and visit.state == over
            ):
                return visit.facts  # asked again, perhaps because the answer was lost
            transition(visit.state, cause)
            return with_decision(visit.facts, Decision(cause, now_ms, who.user_id, reason=reason))

        return visit_document(self.lifecycle.learn(visit_id, learn, now_ms), self.rules, now_ms)


def _still(visit: Visit) -> None:
    if not visit.going_on:
        raise WrongStateError(f"The visit is {visit.state}.", visit.state)


def _there(visit: Visit, party: Party, now_ms: int) -> bool:
    return present(stays(visit.facts.joinings.values(), party), now_ms)


def _draft(visit_id: str, joining: str) -> str:
    return f"{visit_id}\n{joining}"
