"""The pages that are subscribed to a channel, and the way to it with a ticket."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bedside.kernel.opaque_tokens import parse_token
from bedside.live.subscriptions import Subscriber, Subscription, Subscriptions


@dataclass(frozen=True, slots=True)
class SubscribedAudience:
    """Some of the pages subscribed to a channel; `channel` is its name at Ably.

    `admits` returns whether a subscriber may listen at an instant (Unix ms). Raises UnavailableError.
    """

    channel: str
    found: Sequence[Subscription]
    subscriptions: Subscriptions
    admits: Callable[[Subscriber, int], bool]

    def connections(self, now_ms: int) -> Mapping[str, Subscriber]:  # noqa: ARG002  # the protocol's
        return {connection: one.subscriber for one in self.found for connection in one.connections}

    def may_listen(self, subscriber: Subscriber, now_ms: int) -> bool:
        return self.admits(subscriber, now_ms)

    def revoke(self, connections: Sequence[str], now_ms: int) -> None:  # noqa: ARG002  # the protocol's
        for one in self.found:
            self.subscriptions.remove(one.key, [name for name in one.connections if name in connections])

    def disconnect(self, connections: Sequence[str], now_ms: int) -> None:
        self.revoke(connections, now_ms)


@dataclass(frozen=True, slots=True)
class SubscriptionAccess:
    """Exchanges live tickets, which begin with `prefix`, for connections.

    `dismiss` tells pages that newer ones took their place; `admits` returns whether a subscriber may still listen to
    the channel with a key. Raises UnavailableError.
    """

    prefix: str
    subscriptions: Subscriptions
    dismiss: Callable[[Sequence[str]], None]
    admits: Callable[[Subscriber, str, int], bool]

    def connect(self, ticket: str, connection: str, now_ms: int) -> bool:
        """Exchange a ticket for a connection, and return whether it was valid; a ticket works once.

        A ticket is not valid if its user has signed out since, or has moved to another channel. Raises
        UnavailableError.
        """
        token = parse_token(ticket.removeprefix(self.prefix))
        connected = token and self.subscriptions.connect(token, connection, now_ms)
        if not connected:
            return False
        subscription, excess = connected
        if not self.admits(subscription.subscriber, subscription.channel, now_ms):
            self.subscriptions.remove(subscription.key, [connection])
            return False
        self.dismiss(excess)
        return True
