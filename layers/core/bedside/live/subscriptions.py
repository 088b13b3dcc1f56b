"""Subscriptions in DynamoDB: tickets and connections, one item per channel."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.kernel.errors import UnavailableError
from bedside.kernel.opaque_tokens import OpaqueToken

# API Gateway ends a connection after two hours (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
_CONNECTION_LIFE_MS: Final = 2 * 3600 * 1000
_TICKET: Final = "ticket:"
_CONNECTION: Final = "connection:"
# DynamoDB limits the size of an expression; the next call sweeps the rest.
_SWEPT_AT_ONCE: Final = 40


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The sign-in behind a connection: a user and their token family."""

    user_id: str
    family_id: str


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Tickets and connections by channel. A ticket is exchanged for a connection, once."""

    table: Table
    ticket_life_ms: int

    def admit(self, token: OpaqueToken, subscriber: Subscriber, now_ms: int) -> None:
        """Add a ticket for the subscriber. Raises UnavailableError."""
        document = {"user": subscriber.user_id, "family": subscriber.family_id, "ends": now_ms + self.ticket_life_ms}
        item = self._change(
            token.key,
            "SET #ticket = :ticket",
            values={"ticket": document},
            names={"ticket": _TICKET + token.digest},
        )
        self._sweep(token.key, [name for name, entry in _entries(item) if _expired(name, entry, now_ms)])

    def connect(self, token: OpaqueToken, connection: str, now_ms: int) -> Subscriber | None:
        """Exchange a ticket for a connection; return its subscriber, or None if the ticket is not valid.

        Raises UnavailableError.
        """
        place = _CONNECTION + connection
        try:
            item = self.table.update(
                f"watchers#{token.key}",
                "SET #connection = #ticket REMOVE #ticket",
                condition="#ticket.#ends > :now",
                values={"now": now_ms},
                names={"ticket": _TICKET + token.digest, "connection": place},
            )
        except ConditionFailedError:
            return None
        return Subscriber(item[place]["user"], item[place]["family"])

    def connections(self, key: str, now_ms: int) -> Mapping[str, Subscriber]:
        """Return the subscriber behind each connection to a channel. Raises UnavailableError."""
        return {
            name.removeprefix(_CONNECTION): Subscriber(entry["user"], entry["family"])
            for name, entry in _entries(self.table.get(f"watchers#{key}") or {})
            if name.startswith(_CONNECTION) and not _expired(name, entry, now_ms)
        }

    def remove(self, key: str, connections: Sequence[str]) -> None:
        """Remove connections, so that nothing more is sent to them."""
        self._sweep(key, [_CONNECTION + name for name in connections])

    def _sweep(self, key: str, names: Sequence[str]) -> None:
        swept = {f"old{number}": name for number, name in enumerate(names[:_SWEPT_AT_ONCE])}
        if not swept:
            return
        expression = f"REMOVE {', '.join(f'#{alias}' for alias in swept)}"
        with suppress(UnavailableError):
            self._change(key, expression, values={}, names=swept)

    def _change(self, key: str, expression: str, *, values: Mapping[str, Any], names: Mapping[str, str]) -> Item:
        condition = "attribute_exists(#pk) OR attribute_not_exists(#pk)"
        return self.table.update(f"watchers#{key}", expression, condition=condition, values=values, names=names)


def _entries(item: Item) -> list[tuple[str, Any]]:
    return [(name, entry) for name, entry in item.items() if name.startswith((_TICKET, _CONNECTION))]


def _expired(name: str, entry: Mapping[str, Any], now_ms: int) -> bool:
    life_ms = _CONNECTION_LIFE_MS if name.startswith(_CONNECTION) else 0
    return bool(entry["ends"] + life_ms < now_ms)
