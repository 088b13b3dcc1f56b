"""The two channels to open pages: our own WebSocket API, or Ably, as configured."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NotRequired, Protocol, TypedDict

from bedside.adapters.ably import Ably, AblyError
from bedside.kernel.errors import UnavailableError
from bedside.live.subscriptions import Subscriber

if TYPE_CHECKING:
    from bedside.adapters.aws.websockets import Sockets


class InvitationDocument(TypedDict):
    """Everything a page needs to subscribe: a URL and a ticket; for Ably, also a channel and a signed token request."""

    url: str
    ticket: str
    provider: NotRequired[str]
    channel: NotRequired[str]
    tokenRequest: NotRequired[dict[str, Any]]
    restUrl: NotRequired[str]
    realtimeUrl: NotRequired[str]


class Audience(Protocol):
    """The subscribers of one topic, such as a capture session or a facility's visits.

    Methods raise UnavailableError.
    """

    @property
    def channel(self) -> str:
        """The name of its Ably channel."""
        ...

    def connections(self, now_ms: int) -> Mapping[str, Subscriber]:
        """Return the subscriber behind each open connection."""
        ...

    def may_listen(self, subscriber: Subscriber, now_ms: int) -> bool:
        """Return whether the subscriber's sign-in still grants access to this topic."""
        ...

    def revoke(self, connections: Sequence[str], now_ms: int) -> None:
        """Remove connections whose subscribers have lost access."""
        ...

    def disconnect(self, connections: Sequence[str], now_ms: int) -> None:
        """Remove connections that are closed."""
        ...


class Publisher(Protocol):
    """Sends messages to an audience. Never raises, because a page that misses a message catches up."""

    @property
    def broadcasts(self) -> bool:
        """Whether one message reaches the whole channel, however many listen; the audience is then not asked for."""
        ...

    def publish(self, audience: Audience, message: Mapping[str, Any], message_id: str, now_ms: int) -> None:
        """Send a message with a `type`; Ably delivers messages with the same id only once."""
        ...

    def invitation(self, channel: str, ticket: str, now_ms: int) -> InvitationDocument:
        """Return what a page needs to subscribe to `channel`."""
        ...


class SocketPublisher:
    """Publishes over our own WebSocket API; `on_failure` receives the number of pages that were not reached."""

    broadcasts = False

    def __init__(self, sockets: "Callable[[], Sockets]", url: str, on_failure: Callable[[int], None]) -> None:
        self._sockets = sockets
        self._url = url
        self._on_failure = on_failure

    def publish(self, audience: Audience, message: Mapping[str, Any], message_id: str, now_ms: int) -> None:  # noqa: ARG002  # the protocol's
        connections: Mapping[str, Subscriber] = {}
        try:
            connections = audience.connections(now_ms)
            listening = [name for name in sorted(connections) if audience.may_listen(connections[name], now_ms)]
        except UnavailableError:  # fails closed: access cannot be checked, and pages catch up
            self._on_failure(max(1, len(connections)))
            return
        audience.revoke(sorted(connections.keys() - set(listening)), now_ms)
        if not listening:
            return
        gone, failed = self._sockets().send(listening, json.dumps(message, separators=(",", ":")))
        audience.disconnect(gone, now_ms)
        if failed:
            self._on_failure(failed)

    def invitation(self, channel: str, ticket: str, now_ms: int) -> InvitationDocument:  # noqa: ARG002  # the protocol's
        return {"url": self._url, "ticket": ticket}


class AblyPublisher:
    """Publishes on an audience's Ably channel; `on_failure` is called for each message that Ably did not accept."""

    broadcasts = True

    def __init__(self, ably: Ably, rest_url: str, realtime_url: str, on_failure: Callable[[int], None]) -> None:
        self._ably = ably
        self._rest_url = rest_url
        self._realtime_url = realtime_url
        self._on_failure = on_failure

    def publish(self, audience: Audience, message: Mapping[str, Any], message_id: str, now_ms: int) -> None:  # noqa: ARG002  # the protocol's
        try:
            self._ably.publish(audience.channel, message["type"], message_id, json.dumps(message))
        except AblyError:
            self._on_failure(1)

    def invitation(self, channel: str, ticket: str, now_ms: int) -> InvitationDocument:
        return {
            "provider": "ably",
            "url": self._realtime_url,
            "ticket": ticket,
            "channel": channel,
            "tokenRequest": self._ably.token_request(channel, now_ms),
            "restUrl": self._rest_url,
            "realtimeUrl": self._realtime_url,
        }
