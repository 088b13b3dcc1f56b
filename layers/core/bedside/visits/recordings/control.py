"""Who may have a visit recorded: its practitioner, with the consent of its patient, while both are there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from bedside.encounters.events import SYSTEM, Actor, user
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError, WrongStateError
from bedside.kernel.wire import Wire
from bedside.visits.access import party_of, require_practitioner
from bedside.visits.consent import ConsentDecision, consent_state, may_answer, may_ask, next_consent, with_consent
from bedside.visits.facts import VisitFacts
from bedside.visits.lifecycle import VisitLifecycle
from bedside.visits.model import Visit
from bedside.visits.presence import PARTIES, present, stays
from bedside.visits.recordings.queries import RecordingQueries
from bedside.visits.recordings.service import Recordings
from bedside.visits.repository import VisitRepository
from bedside.visits.representation import RecordingStartDocument, RecordingStateDocument

_RUNNING: Final = frozenset({"starting", "running"})


class ConsentRequest(Wire):
    given: bool


class Announcer(Protocol):
    """Publishes changes of recordings to pages. Never raises."""

    def publish_recording(self, visit: Visit, state: str, now_ms: int) -> None: ...


@dataclass(frozen=True, slots=True)
class RecordingControl:
    """Starts and stops recordings for people, and stops those that the patient has not allowed."""

    lifecycle: VisitLifecycle
    visits: VisitRepository
    recordings: Recordings
    queries: RecordingQueries
    announcer: Callable[[], Announcer]

    def start(self, principal: Principal, visit_id: str, now_ms: int) -> RecordingStartDocument:
        """Start recording, or ask the patient first; idempotent.

        Raises VisitNotFoundError, ForbiddenError, WrongStateError unless both are there, UnavailableError.
        """

        def change(visit: Visit) -> VisitFacts:
            require_practitioner(visit, principal)
            _require_both(visit, now_ms)
            if consent_state(visit.facts.consents) in {"asked", "given"}:
                return visit.facts
            if not may_ask(visit.facts.consents):
                raise WrongStateError("The patient was asked too often.", "refused")
            return _decided(visit.facts, principal.user_id, "asked", now_ms)

        visit = self.lifecycle.update(visit_id, change, now_ms)
        return self._start(visit, now_ms) if _allowed(visit) else {"state": "awaitingConsent"}

    def answer(self, principal: Principal, visit_id: str, request: ConsentRequest, now_ms: int) -> None:
        """Keep the patient's answer, and start the recording that it allows or stop the one that it does not.

        Repeating an answer finishes what an error interrupted. Consent must have been asked for; it can be withdrawn.
        Raises VisitNotFoundError, ForbiddenError, WrongStateError, UnavailableError.
        """
        decision: ConsentDecision = "given" if request.given else "refused"
        changed = False

        def change(visit: Visit) -> VisitFacts:
            nonlocal changed
            if party_of(visit, principal) != "patient":
                raise ForbiddenError("Only the patient of the visit may do this.")
            if not visit.ongoing:
                raise WrongStateError(f"The visit is {visit.state}.", visit.state)
            state = consent_state(visit.facts.consents)
            changed = state != decision
            if not changed:
                return visit.facts
            if not may_answer(state, decision):
                raise WrongStateError("The patient was not asked.", state)
            return _decided(visit.facts, principal.user_id, decision, now_ms)

        visit = self.lifecycle.update(visit_id, change, now_ms)
        if decision == "refused":
            self._stop_running(visit, now_ms, Actor("patient", principal.user_id))
        elif _both_there(visit, now_ms) and (changed or self._state(visit_id) == "starting"):
            self._start(visit, now_ms)

    def stop(self, principal: Principal, visit_id: str, now_ms: int) -> RecordingStateDocument:
        """Stop recording; idempotent.

        Raises VisitNotFoundError, ForbiddenError, RecordingNotFoundError, UnavailableError.
        """
        return self._stop(require_practitioner(self.visits.get(visit_id), principal), now_ms, user(principal.user_id))

    def handle_event(self, visit_id: str, kind: str, data: Mapping[str, Any], now_ms: int) -> bool:
        """Handle a provider event, and return whether it was relevant; stops a recording that is not allowed.

        It may have been started in the room itself. Raises VisitNotFoundError, UnavailableError.
        """
        before = self._state(visit_id)
        relevant = self.recordings.handle_event(visit_id, kind, data, now_ms)
        state = self._state(visit_id)
        if state and (state != before or state in _RUNNING):
            visit = self.visits.get(visit_id)
            if state in _RUNNING and not _allowed(visit):
                self._stop(visit, now_ms)
            elif state != before:
                self.announcer().publish_recording(visit, state, now_ms)
        return relevant

    def on_departure(self, visit: Visit, now_ms: int) -> None:
        """Stop the recording of a room that everybody has left. Raises UnavailableError."""
        if visit.ongoing and not _present(visit, now_ms):
            self._stop_running(visit, now_ms)

    def visit_of(self, room_id: str) -> str:
        """Return the visit whose recording was started in a room, or "". Raises UnavailableError."""
        return self.recordings.visit_of(room_id)

    def _start(self, visit: Visit, now_ms: int) -> RecordingStartDocument:
        before = self._state(visit.visit_id)
        found = self.recordings.start(visit, now_ms)
        # The patient may have withdrawn their consent before there was anything to stop.
        visit = self.visits.get(visit.visit_id)
        if not _allowed(visit):
            return {"state": self._stop(visit, now_ms)["state"]}
        if found["state"] != before:
            self.announcer().publish_recording(visit, found["state"], now_ms)
        return {"state": found["state"]}

    def _stop_running(self, visit: Visit, now_ms: int, by: Actor = SYSTEM) -> None:
        # Again while it is stopping, because the provider may not have been reached.
        if self._state(visit.visit_id) in {*_RUNNING, "stopping"}:
            self._stop(visit, now_ms, by)

    def _stop(self, visit: Visit, now_ms: int, by: Actor = SYSTEM) -> RecordingStateDocument:
        found = self.recordings.stop(visit, now_ms, by)
        self.announcer().publish_recording(visit, found["state"], now_ms)
        return found

    def _state(self, visit_id: str) -> str | None:
        return self.queries.summary(visit_id)["recordingState"]


def _decided(facts: VisitFacts, by: str, decision: ConsentDecision, now_ms: int) -> VisitFacts:
    consent = next_consent(facts.consents, by, decision, now_ms)
    return replace(facts, consents=with_consent(facts.consents, consent))


def _allowed(visit: Visit) -> bool:
    return consent_state(visit.facts.consents) == "given"


def _present(visit: Visit, now_ms: int) -> list[str]:
    joinings = visit.facts.joinings.values()
    return [party for party in PARTIES if present(stays(joinings, party), now_ms)]


def _both_there(visit: Visit, now_ms: int) -> bool:
    return visit.state == "inProgress" and len(_present(visit, now_ms)) == len(PARTIES)


def _require_both(visit: Visit, now_ms: int) -> None:
    if not _both_there(visit, now_ms):
        raise WrongStateError(f"The visit is {visit.state}, or somebody is missing.", visit.state)
