"""Notifies pages of changed visits. Pages then fetch the visit, so messages contain no details."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bedside.identity.principal import Principal
from bedside.kernel.opaque_tokens import new_token
from bedside.live.publisher import InvitationDocument, Publisher
from bedside.live.subscriptions import Subscriber, Subscriptions
from bedside.visits.channels import TICKET_PREFIX, Channel, channel_of
from bedside.visits.model import Visit

# Returns a subscriber's principal at an instant (Unix ms), or None if their sign-in has ended. Raises UnavailableError.
type PrincipalLookup = Callable[[Subscriber, int], Principal | None]


@dataclass(frozen=True, slots=True)
class ChannelAudience:
    """The pages subscribed to one channel of visits."""

    visit_channel: Channel
    subscriptions: Subscriptions
    pseudonym_key: bytes
    find_principal: PrincipalLookup

    @property
    def channel(self) -> str:
        return self.visit_channel.ably_name

    def connections(self, now_ms: int) -> Mapping[str, Subscriber]:
        return self.subscriptions.connections(self._key, now_ms)

    def may_listen(self, subscriber: Subscriber, now_ms: int) -> bool:
        return self.visit_channel.admits(self.find_principal(subscriber, now_ms))

    def revoke(self, connections: Sequence[str], now_ms: int) -> None:  # noqa: ARG002  # the protocol's
        self.subscriptions.remove(self._key, connections)

    def disconnect(self, connections: Sequence[str], now_ms: int) -> None:  # noqa: ARG002  # the protocol's
        self.subscriptions.remove(self._key, connections)

    @property
    def _key(self) -> str:
        return self.visit_channel.key(self.pseudonym_key)


@dataclass(frozen=True, slots=True)
class VisitPublisher:
    """Publishes changes of visits to their facility and patient. Never raises, because pages also poll.

    `randomness(n)` returns n random bytes.
    """

    publisher: Publisher
    subscriptions: Subscriptions
    pseudonym_key: bytes
    find_principal: PrincipalLookup
    randomness: Callable[[int], bytes]

    def publish_change(self, visit: Visit, now_ms: int) -> None:
        """Publish that a visit has changed."""
        message = {"type": "visit-changed", "visitId": visit.visit_id, "state": visit.state, "timestamp": now_ms}
        # The same for the same facts, so that it is delivered once.
        known = sum(1 + sum(peer.reports for peer in one.peers.values()) for one in visit.facts.joinings.values())
        self._publish(visit, message, f"{visit.visit_id}-{len(visit.history)}-{known}", now_ms)

    def publish_warning(self, visit: Visit, now_ms: int) -> None:
        """Publish that a visit is about to reach its time limit."""
        message = {"type": "visit-warning", "visitId": visit.visit_id, "timestamp": now_ms}
        self._publish(visit, message, f"{visit.visit_id}-warning", now_ms)

    def invitation(self, principal: Principal, now_ms: int) -> InvitationDocument:
        """Return what a page needs to subscribe to the caller's channel. Raises UnavailableError."""
        channel = channel_of(principal)
        text, token = new_token(channel.key(self.pseudonym_key), self.randomness)
        self.subscriptions.admit(token, Subscriber(principal.user_id, principal.family_id), now_ms)
        return self.publisher.invitation(channel.ably_name, TICKET_PREFIX + text, now_ms)

    def _publish(self, visit: Visit, message: Mapping[str, Any], message_id: str, now_ms: int) -> None:
        for channel in (Channel("facility", visit.facility_id), Channel("patient", visit.patient_id)):
            audience = ChannelAudience(channel, self.subscriptions, self.pseudonym_key, self.find_principal)
            self.publisher.publish(audience, message, message_id, now_ms)
