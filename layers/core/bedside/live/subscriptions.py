"""Subscriptions in DynamoDB: the tickets and connections of one sign-in to one channel, an item each.

The index of a channel lags by moments, so pages fetch once more when a connection is new.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import ConditionFailedError, Table
from bedside.kernel.errors import UnavailableError
from bedside.kernel.opaque_tokens import OpaqueToken

# More tabs than anybody reads. Each connection is told of every change, so without a cap one sign-in could slow down
# everybody's calls.
MAX_CONNECTIONS: Final = 10
# As many tickets that have not been used. Without a cap, one sign-in could fill the item that holds them.
MAX_TICKETS: Final = MAX_CONNECTIONS
# API Gateway ends a connection after two hours (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
_CONNECTION_LIFE_MS: Final = 2 * 3600 * 1000
_INDEX: Final = "subscriptions-of-channel"
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
class Subscription:
    """A sign-in's open connections to a channel, oldest first, by the key of its item."""

    key: str
    channel: str
    subscriber: Subscriber
    connections: Sequence[str]


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Subscriptions by key, which is the key of their tickets. Methods raise UnavailableError."""

    table: Table
    ticket_life_ms: int

    def admit(self, token: OpaqueToken, channel: str, subscriber: Subscriber, now_ms: int) -> None:
        """Add a ticket for the subscriber to a channel; the oldest beyond the cap are removed."""
        ends = now_ms + self.ticket_life_ms
        item = self.table.update(
            _pk(token.key),
            "SET #ticket = :ends, #channel = :channel, #user = :user, #family = :family, #ttl = :ttl",
            condition="attribute_exists(#pk) OR attribute_not_exists(#pk)",
            values={
                "ends": ends,
                "channel": channel,
                "user": subscriber.user_id,
                "family": subscriber.family_id,
                "ttl": (now_ms + _CONNECTION_LIFE_MS) // 1000,
            },
            names={"ticket": _TICKET + token.digest},
        )
        expired = [name for name in _entries(item) if int(item[name]) < now_ms]
        others = [name for name in item if name.startswith(_TICKET) and name not in {*expired, _TICKET + token.digest}]
        oldest = sorted(others, key=lambda name: (int(item[name]), name))[: max(0, len(others) + 1 - MAX_TICKETS)]
        self._sweep(token.key, oldest + expired)

    def connect(self, token: OpaqueToken, connection: str, now_ms: int) -> tuple[Subscription, Sequence[str]] | None:
        """Exchange a ticket for a connection, once; None if the ticket is not valid.

        Returns the subscription, and the oldest connections beyond the cap, which are removed.
        """
        ends = now_ms + _CONNECTION_LIFE_MS
        try:
            item = self.table.update(
                _pk(token.key),
                "SET #connection = :ends, #ttl = :ttl REMOVE #ticket",
                condition="#ticket > :now",
                values={"ends": ends, "ttl": ends // 1000, "now": now_ms},
                names={"ticket": _TICKET + token.digest, "connection": _CONNECTION + connection},
            )
        except ConditionFailedError:
            return None
        found = _subscription(item, now_ms)
        # The new one stays, even if its clock is behind.
        oldest = [name for name in found.connections if name != connection][: -MAX_CONNECTIONS + 1]
        excess = oldest if len(found.connections) > MAX_CONNECTIONS else []
        self.remove(token.key, excess)
        return found, excess

    def page(
        self, channel: str, limit: int, after: str | None, now_ms: int
    ) -> tuple[Sequence[Subscription], str | None]:
        """Return up to `limit` subscriptions to a channel, and the key after which the next page starts, if any."""
        start = {"pk": _pk(after), "channel": channel} if after else None
        items, more = self.table.page(_INDEX, "channel", channel, limit=limit, after=start)
        found = [_subscription(item, now_ms) for item in items]
        return [one for one in found if one.connections], str(more["pk"]).removeprefix(_pk("")) if more else None

    def remove(self, key: str, connections: Sequence[str]) -> None:
        """Remove connections, so that nothing more is sent to them."""
        self._sweep(key, [_CONNECTION + name for name in connections])

    def _sweep(self, key: str, names: Sequence[str]) -> None:
        swept = {f"old{number}": name for number, name in enumerate(names[:_SWEPT_AT_ONCE])}
        if not swept:
            return
        expression = f"REMOVE {', '.join(f'#{alias}' for alias in swept)}"
        with suppress(UnavailableError, ConditionFailedError):
            self.table.update(_pk(key), expression, condition="attribute_exists(#pk)", values={}, names=swept)


def _subscription(item: Item, now_ms: int) -> Subscription:
    opened = {name: int(item[name]) for name in _entries(item) if name.startswith(_CONNECTION)}
    names = sorted((name for name, ends in opened.items() if ends >= now_ms), key=lambda name: (opened[name], name))
    return Subscription(
        str(item["pk"]).removeprefix(_pk("")),
        item["channel"],
        Subscriber(item["user"], item["family"]),
        [name.removeprefix(_CONNECTION) for name in names],
    )


def _entries(item: Item) -> list[str]:
    return [name for name in item if name.startswith((_TICKET, _CONNECTION))]


def _pk(key: str) -> str:
    return f"subscription#{key}"
