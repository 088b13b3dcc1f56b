"""Access to sessions in DynamoDB: opening them, their QR tokens, live tickets and connections."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.capture.errors import SessionNotFoundError
from bedside.capture.model import Session
from bedside.capture.patient import Patient, patient_of
from bedside.capture.session_expressions import TOUCHED
from bedside.capture.session_generations import SessionGenerations
from bedside.capture.session_handles import HashedToken, Ticket, excess, paths
from bedside.capture.session_record import session_from_record
from bedside.capture.session_repository import SessionRepository
from bedside.encounters.events import user
from bedside.kernel.errors import UnavailableError

_ATTEMPTS: Final = 4
# Expired tickets are removed once a session has more than this many.
_EXPIRED_TICKETS: Final = 20
# API Gateway reports a connection as gone until $connect has been answered.
_SETTLING_MS: Final = 30_000


class SessionAccess:
    """Opens sessions, and stores their tokens, tickets and connections."""

    def __init__(self, repository: SessionRepository) -> None:
        self._repository = repository
        self._generations = SessionGenerations(repository)

    def open(
        self,
        key: str,
        facts: Mapping[str, Any],
        token: HashedToken,
        ticket: Ticket,
        now_ms: int,
        *,
        end_earlier_codes: bool = False,
    ) -> tuple[Session, bool]:
        """Open the encounter's session, or join the open one, and add a token (as the only one, if asked) and a ticket.

        An ended session is opened again with its photos; its earlier tokens and tickets stay dead. Returns the session,
        and whether this call opened it. `facts` are those of facility, encounter and patient. A name or NHI of the
        session stays, unless the directory knows the patient by another one now; a session whose patient contradicts
        `facts` is returned unchanged, unless it has ended without photos, when a new one takes its place.
        """
        patient, by = patient_of(facts), user(ticket.subscriber.user_id)
        handles: dict[str, Any] = {
            "tokens": {token.digest: token.ends_at},
            "tickets": {ticket.digest: ticket.document()},
            # Who is told of photos that vanish.
            "openedBy": ticket.subscriber.user_id,
        }
        for _ in range(_ATTEMPTS):
            try:
                return self._generations.create(key, facts, handles, now_ms, by), True
            except ConditionFailedError as error:
                found = session_from_record(error.item) if error.item else None
            if found is None:
                continue  # it was deleted in between
            if token.digest in found.tokens:
                return found, True  # this call opened it, but the response was lost
            contradicts = found.patient.contradicts(patient)
            if contradicts and found.binds(now_ms):
                return found, False
            try:
                if not found.alive(now_ms):
                    # It may have ended in the millisecond in which it started, and the next must start later.
                    now_ms = max(now_ms, found.started + 1)
                    if contradicts:
                        return self._generations.create(key, facts, handles, now_ms, by, instead_of=found), True
                    return self._generations.reopen(found, facts, handles, now_ms, by), True
                return self._join(found, patient, token, ticket, now_ms, end_earlier_codes=end_earlier_codes), False
            except ConditionFailedError:
                continue
        raise UnavailableError("The session is being changed by others.")

    def renew(
        self,
        key: str,
        facts: Mapping[str, Any],
        token: HashedToken,
        ticket: Ticket,
        now_ms: int,
        *,
        end_earlier_codes: bool = False,
    ) -> tuple[Session, bool]:
        """Join the encounter's open session as `open` does, and never open one. Raises SessionNotFoundError."""
        patient = patient_of(facts)
        for _ in range(_ATTEMPTS):
            found = self._repository.find(key, now_ms)
            if found is None:
                raise SessionNotFoundError("The session has ended.")
            if found.patient.contradicts(patient):
                return found, False
            with suppress(ConditionFailedError):
                return self._join(found, patient, token, ticket, now_ms, end_earlier_codes=end_earlier_codes), False
        raise UnavailableError("The session is being changed by others.")

    def admit_ticket(self, key: str, ticket: Ticket, now_ms: int) -> Session:
        """Add a live ticket; the oldest of its sign-in beyond the cap are removed. Raises SessionNotFoundError.

        All of a session's tickets are in its one item: without a cap they could fill it, and no photo could arrive.
        """
        try:
            session = self._repository.change(
                key,
                f"SET #tickets.#ticket = :ticket, {TOUCHED}",
                values={"ticket": ticket.document()},
                names={"ticket": ticket.digest},
                now_ms=now_ms,
            )
        except ConditionFailedError as error:
            raise SessionNotFoundError("There is no open session for this encounter.") from error
        _, expired = session.expired_handles(now_ms)
        old = excess(session, ticket) + (expired if len(expired) > _EXPIRED_TICKETS else [])
        if old:
            names: dict[str, str] = {}
            stale = paths(names, "tickets", list(dict.fromkeys(old)))
            self._try_change(key, f"REMOVE {stale}", names=names, now_ms=now_ms)
        return session

    def connect(self, key: str, ticket: str, connection: str, now_ms: int) -> Session | None:
        """Exchange a ticket for a connection; None if the ticket is not valid."""
        try:
            return self._repository.change(
                key,
                "REMOVE #tickets.#ticket SET #connections.#connection = #tickets.#ticket",
                condition="#tickets.#ticket.#ends > :now",
                names={"ticket": ticket, "connection": connection},
                now_ms=now_ms,
            )
        except ConditionFailedError:
            return None

    def disconnect(self, session: Session, gone: Iterable[str], now_ms: int) -> None:
        """Remove connections reported as gone, except new ones, which are reported as gone until established."""
        settled = [name for name in gone if session.connections[name].ticket_ends < now_ms - _SETTLING_MS]
        self.remove_connections(session, settled, now_ms)

    def remove_connections(self, session: Session, connections: Sequence[str], now_ms: int) -> None:
        """Remove connections, so that nothing more is sent to them."""
        if connections:
            names: dict[str, str] = {}
            stale = paths(names, "connections", connections)
            self._try_change(session.key, f"REMOVE {stale}", names=names, now_ms=now_ms)

    def _try_change(self, key: str, expression: str, **change: Any) -> None:  # noqa: ANN401  # passed on unchanged
        """Remove stale entries from a session; failures are ignored, because a later change tries again."""
        try:
            self._repository.change(key, expression, **change)
        except (ConditionFailedError, UnavailableError):
            return

    def _join(
        self,
        session: Session,
        patient: Patient,
        token: HashedToken,
        ticket: Ticket,
        now_ms: int,
        *,
        end_earlier_codes: bool,
    ) -> Session:
        names = {"ticket": ticket.digest}
        values: dict[str, Any] = {
            "ticket": ticket.document(),
            "started": session.started,
            "patient": session.patient.patient_id,
        }
        sets = [TOUCHED, "#tickets.#ticket = :ticket"]
        if end_earlier_codes:
            sets += ["#tokens = :tokens", "#codeSeries = if_not_exists(#codeSeries, :zero) + :one"]
            values |= {"tokens": {token.digest: token.ends_at}, "zero": 0, "one": 1}
        else:
            sets.append("#tokens.#token = :tokenEnds")
            names["token"] = token.digest
            values["tokenEnds"] = token.ends_at
        renamed = patient.same_record(session.patient)
        for name, value in {**patient.facts(), "patientRecordId": patient.record_id}.items():
            if value and name != "patientId":
                sets.append(f"#{name} = :{name}" if renamed else f"#{name} = if_not_exists(#{name}, :{name})")
                values[name] = value
        expression = f"SET {', '.join(sets)}"
        tokens, tickets = session.expired_handles(now_ms)
        tickets = list(dict.fromkeys(excess(session, ticket) + tickets))
        if end_earlier_codes:
            tokens = []
        if tokens or tickets:
            stale = [paths(names, "tokens", tokens), paths(names, "tickets", tickets)]
            expression += f" REMOVE {', '.join(filter(None, stale))}"
        return self._repository.change(
            session.key,
            expression,
            condition="#started = :started AND #patientId = :patient",
            values=values,
            names=names,
            now_ms=now_ms,
        )
