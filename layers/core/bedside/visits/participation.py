"""Participation in a visit: joining it, tokens for its room, starting, ending and cancelling it."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import Field

from bedside.identity.principal import Principal
from bedside.kernel.errors import WrongStateError
from bedside.kernel.wire import Identifier, LongText, Wire
from bedside.platform.transient.drafts import RTC_TOKEN, Drafts
from bedside.ports.video import Party, Rooms
from bedside.visits.access import as_seen_by, party_of, require_may_cancel, require_practitioner
from bedside.visits.audio_only import AudioOnlyReason
from bedside.visits.errors import RtcTokenNotFoundError
from bedside.visits.facts import (
    Decision,
    DecisionCause,
    VisitFacts,
    with_decision,
    with_joining,
    with_picture,
    with_room,
)
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


class AudioOnlyRequest(Wire):
    # None: there is a picture again.
    reason: AudioOnlyReason | None


class CancelRequest(Wire):
    reason: LongText = Field(default="")


@dataclass(frozen=True, slots=True)
class Participation:
    """Operations of a visit's patient and practitioner; `randomness(n)` returns n random bytes."""

    repository: VisitRepository
    lifecycle: VisitLifecycle
    rooms: Callable[[], Rooms]
    drafts: Drafts
    rules: TimeLimits
    randomness: Callable[[int], bytes]

    def join(self, principal: Principal, visit_id: str, now_ms: int) -> JoinedDocument:
        """Join or rejoin a visit, and return it with the address of its room.

        Raises VisitNotFoundError, ForbiddenError, WrongStateError, TooManyJoiningsError, UnavailableError.
        """
        name = self._name()
        open_room = cache(lambda: self.rooms().open(visit_id))

        def change(visit: Visit) -> VisitFacts:
            party = party_of(visit, principal)
            _require_ongoing(visit)
            return with_joining(
                with_room(visit.facts, visit.facts.room_id or open_room()), name, Joining(party, now_ms)
            )

        visit = self.lifecycle.update(visit_id, change, now_ms)
        party, room_id = party_of(visit, principal), visit.facts.room_id or open_room()
        token = self.rooms().token(room_id, name, party, now_ms)
        self.drafts.put(RTC_TOKEN, _draft(visit_id, name), {"rtcToken": token}, now_ms)
        return {
            "visit": visit_document(as_seen_by(principal, visit), self.rules, now_ms),
            "room": {"roomId": room_id, "url": self.rooms().page(room_id, party), "role": party},
            "tokenUrl": f"/visits/{visit_id}/rtc-token?joining={name}",
        }

    def token(self, principal: Principal, visit_id: str, joining: str, now_ms: int) -> RtcTokenDocument:
        """Return the token for one of the caller's joinings, once, within a minute of joining.

        Raises VisitNotFoundError, ForbiddenError, RtcTokenNotFoundError, UnavailableError.
        """
        visit = self.repository.get(visit_id)
        party, found = party_of(visit, principal), visit.facts.joinings.get(joining)
        room_id, life_ms = visit.facts.room_id, RTC_TOKEN.life_s * 1000
        if (
            found is None
            or found.party != party
            or room_id is None
            or found.at + life_ms <= now_ms
            or not visit.ongoing
        ):
            raise RtcTokenNotFoundError("There is no token. Join again.")

        # DynamoDB decides whether the token was already fetched, because Redis may lose it or be down temporarily.
        if not self.repository.claim(visit_id, joining):
            raise RtcTokenNotFoundError("There is no token. Join again.")
        kept = self.drafts.take(RTC_TOKEN, _draft(visit_id, joining), now_ms)
        token = kept["rtcToken"] if kept else self.rooms().token(room_id, joining, party, now_ms)
        return {"rtcToken": token, "expiresIn": RTC_TOKEN.life_s}

    def start(self, principal: Principal, visit_id: str, now_ms: int) -> VisitDocument:
        """Start a visit with a waiting patient, and return it; starting counts as joining for the practitioner.

        Raises VisitNotFoundError, ForbiddenError, WrongStateError if the patient is not present, UnavailableError.
        """
        name = self._name()

        def change(visit: Visit) -> VisitFacts:
            require_practitioner(visit, principal)
            if visit.state == "inProgress":
                return visit.facts
            if visit.state != "waiting" or not _is_present(visit, "patient", now_ms):
                raise WrongStateError(f"The visit is {visit.state}.", visit.state)
            return with_joining(visit.facts, name, Joining("practitioner", now_ms))

        visit = self.lifecycle.update(visit_id, change, now_ms)
        return visit_document(as_seen_by(principal, visit), self.rules, now_ms)

    def go_on_with_audio(
        self, principal: Principal, visit_id: str, reason: AudioOnlyReason | None, now_ms: int
    ) -> VisitDocument:
        """Note why there is no picture of the caller in the call, or that there is one again, and return the visit.

        Raises VisitNotFoundError, ForbiddenError, WrongStateError if the visit is over, UnavailableError.
        """

        def change(visit: Visit) -> VisitFacts:
            party = party_of(visit, principal)
            _require_ongoing(visit)
            return with_picture(visit.facts, party, reason, now_ms)

        visit = self.lifecycle.update(visit_id, change, now_ms)
        return visit_document(as_seen_by(principal, visit), self.rules, now_ms)

    def end(self, principal: Principal, visit_id: str, now_ms: int) -> VisitDocument:
        """Complete a visit, and return it.

        Raises VisitNotFoundError, ForbiddenError, WrongStateError, UnavailableError.
        """
        return self._decide(require_practitioner, principal, visit_id, "end", "completed", "", now_ms)

    def cancel(self, principal: Principal, visit_id: str, reason: str, now_ms: int) -> VisitDocument:
        """Cancel a visit, as one who takes part or as an administrator, and return it; raises like `end`."""
        return self._decide(require_may_cancel, principal, visit_id, "cancel", "cancelled", reason, now_ms)

    def _name(self) -> str:
        return base64.b32encode(self.randomness(_NAME_BYTES)).decode().lower()

    def _decide(
        self,
        allowed: Callable[[Visit, Principal], object],
        principal: Principal,
        visit_id: str,
        cause: DecisionCause,
        target: str,
        reason: str,
        now_ms: int,
    ) -> VisitDocument:
        def change(visit: Visit) -> VisitFacts:
            allowed(visit, principal)
            if (
                any((one.cause, one.by) == (cause, principal.user_id) for one in visit.facts.decisions)
                and visit.state == target
            ):
                return visit.facts  # a repeated request, perhaps after a lost response
            transition(visit.state, cause)
            return with_decision(visit.facts, Decision(cause, now_ms, principal.user_id, reason=reason))

        visit = self.lifecycle.update(visit_id, change, now_ms)
        return visit_document(as_seen_by(principal, visit), self.rules, now_ms)


def _require_ongoing(visit: Visit) -> None:
    if not visit.ongoing:
        raise WrongStateError(f"The visit is {visit.state}.", visit.state)


def _is_present(visit: Visit, party: Party, now_ms: int) -> bool:
    return present(stays(visit.facts.joinings.values(), party), now_ms)


def _draft(visit_id: str, joining: str) -> str:
    return f"{visit_id}\n{joining}"
