"""The ways into a session, in the record: opening it, its QR tokens, its live tickets and connections."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.capture.model import Session, session_from_record
from bedside.capture.session_repository import TOUCHED, SessionRepository
from bedside.kernel.errors import SessionNotFoundError, UnavailableError
from bedside.live.subscriptions import Subscriber

_ATTEMPTS: Final = 4
# Dead tickets are swept from a session once there are this many, and at most so many handles at a time: an expression
# may have 4 KB (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Limits.html).
_DEAD_TICKETS: Final = 20
_SWEPT_AT_ONCE: Final = 50
# API Gateway calls a connection gone until $connect has been answered.
_SETTLING_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class HashedToken:
    """A hashed handle and the instant (Unix ms) at which it stops working."""

    digest: str
    ends_at: int


@dataclass(frozen=True, slots=True)
class Ticket(HashedToken):
    """An admission to the live channel, for one sign-in of one clinician."""

    subscriber: Subscriber

    def document(self) -> dict[str, Any]:
        return {"ends": self.ends_at, "user": self.subscriber.user_id, "family": self.subscriber.family_id}


class SessionAccess:
    """Opens sessions and keeps their handles."""

    def __init__(self, repository: SessionRepository) -> None:
        self._repository = repository

    def open(
        self, key: str, patient: Mapping[str, Any], token: HashedToken, ticket: Ticket, now_ms: int
    ) -> tuple[Session, bool]:
        """Open the encounter's session, or join the one that is open, and admit a token and a ticket.

        Tells whether this call opened it. If the open session is another patient's, it is returned as it is: nothing
        was changed.
        """
        handles: dict[str, dict[str, Any]] = {
            "tokens": {token.digest: token.ends_at},
            "tickets": {ticket.digest: ticket.document()},
        }
        for _ in range(_ATTEMPTS):
            try:
                return self._repository.create(key, patient, handles, now_ms), True
            except ConditionFailedError as error:
                found = session_from_record(error.item) if error.item else None
            if found is None or not found.alive(now_ms):
                now_ms += 1  # it ended in the very millisecond in which it began: the next must begin later
                continue
            if token.digest in found.tokens:
                return found, True  # this very call has opened it, and did not hear so
            if found.patient.patient_id != patient["patientId"]:
                return found, False
            try:
                return self._join(found, patient, token, ticket, now_ms), False
            except ConditionFailedError:
                continue
        raise UnavailableError("The session is being changed by others.")

    def admit_ticket(self, key: str, ticket: Ticket, now_ms: int) -> Session:
        """Add a live ticket; raises SessionNotFoundError."""
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
        _, dead = session.lapsed_handles(now_ms)
        if len(dead) > _DEAD_TICKETS:
            names: dict[str, str] = {}
            self._quietly(key, f"REMOVE {_paths(names, 'tickets', dead)}", names=names, now_ms=now_ms)
        return session

    def connect(self, key: str, ticket: str, connection: str, now_ms: int) -> Session | None:
        """Trade a ticket, once, for a place among the connections; None where the ticket does not hold."""
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
        """Forget connections that are gone, but not those that are just being made: these look gone until they are."""
        settled = [name for name in gone if session.connections[name].ticket_ends < now_ms - _SETTLING_MS]
        self.remove_connections(session, settled, now_ms)

    def remove_connections(self, session: Session, connections: Sequence[str], now_ms: int) -> None:
        """Send nothing more to these connections."""
        if connections:
            names: dict[str, str] = {}
            paths = _paths(names, "connections", connections)
            self._quietly(session.key, f"REMOVE {paths}", names=names, now_ms=now_ms)

    def _quietly(self, key: str, expression: str, **change: Any) -> None:  # noqa: ANN401  # passed on as they are
        """Tidy a session, if that is possible now: the next change tidies again."""
        try:
            self._repository.change(key, expression, **change)
        except (ConditionFailedError, UnavailableError):
            return

    def _join(
        self, session: Session, patient: Mapping[str, Any], token: HashedToken, ticket: Ticket, now_ms: int
    ) -> Session:
        names = {"token": token.digest, "ticket": ticket.digest}
        values: dict[str, Any] = {
            "tokenEnds": token.ends_at,
            "ticket": ticket.document(),
            "started": session.started,
            "patient": patient["patientId"],
        }
        sets = [TOUCHED, "#tokens.#token = :tokenEnds", "#tickets.#ticket = :ticket"]
        for name in ("patientName", "patientNHI"):
            if name in patient:
                sets.append(f"#{name} = :{name}")
                values[name] = patient[name]
        expression = f"SET {', '.join(sets)}"
        dead_tokens, dead_tickets = session.lapsed_handles(now_ms)
        if dead_tokens or dead_tickets:
            paths = [_paths(names, "tokens", dead_tokens), _paths(names, "tickets", dead_tickets)]
            expression += f" REMOVE {', '.join(filter(None, paths))}"
        return self._repository.change(
            session.key,
            expression,
            condition="#started = :started AND #patientId = :patient",
            values=values,
            names=names,
            now_ms=now_ms,
        )


def _paths(names: dict[str, str], kind: str, digests: Sequence[str]) -> str:
    """Return the paths of some handles or connections, having named them in `names`."""
    aliases = []
    for digest in digests[:_SWEPT_AT_ONCE]:
        alias = f"old{len(names)}"
        names[alias] = digest
        aliases.append(f"#{kind}.#{alias}")
    return ", ".join(aliases)
