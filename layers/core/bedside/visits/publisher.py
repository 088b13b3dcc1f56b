"""Tells pages that a visit has changed. They fetch it anew, so the message holds nothing of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bedside.identity.principal import Principal
from bedside.kernel.opaque_tokens import new_token
from bedside.live.publisher import InvitationDocument, Publisher
from bedside.live.subscriptions import Subscriber, Subscriptions
from bedside.visits.channels import TICKET_PREFIX, Channel, channel_of
from bedside.visits.model import Visit

# Returns who a subscriber is at an instant (Unix ms), None where their sign-in has ended; raises UnavailableError.
type WhoIs = Callable[[Subscriber, int], Principal | None]


@dataclass(frozen=True, slots=True)
class ChannelAudience:
    """The pages that listen to one channel of visits."""

    listened: Channel
    subscriptions: Subscriptions
    pseudonym_key: bytes
    who_is: WhoIs

    @property
    def channel(self) -> str:
        return self.listened.ably_name

    def connections(self, now_ms: int) -> Mapping[str, Subscriber]:
        return self.subscriptions.connections(self._key, now_ms)

    def may_listen(self, subscriber: Subscriber, now_ms: int) -> bool:
        return self.listened.open_to(self.who_is(subscriber, now_ms))

    def revoke(self, connections: Sequence[str], now_ms: int) -> None:  # noqa: ARG002  # the protocol's
        self.subscriptions.remove(self._key, connections)

    def disconnect(self, connections: Sequence[str], now_ms: int) -> None:  # noqa: ARG002  # the protocol's
        self.subscriptions.remove(self._key, connections)

    @property
    def _key(self) -> str:
        return self.listened.key(self.pseudonym_key)


@dataclass(frozen=True, slots=True)
class VisitPublisher:
    """Publishes changes of visits to their facility and their patient. Never raises: pages ask again within seconds.

    `randomness` gives that many random bytes.
    """

    publisher: Publisher
    subscriptions: Subscriptions
    pseudonym_key: bytes
    who_is: WhoIs
    randomness: Callable[[int], bytes]

    def changed(self, visit: Visit, now_ms: int) -> None:
        """Tell that a visit has changed."""
        message = {"type": "visit-changed", "visitId": visit.visit_id, "state": visit.state, "timestamp": now_ms}
        self._publish(visit, message, f"{visit.visit_id}-{len(visit.history)}", now_ms)

    def warned(self, visit: Visit, now_ms: int) -> None:
        """Tell that a visit nears its end."""
        message = {"type": "visit-warning", "visitId": visit.visit_id, "timestamp": now_ms}
        self._publish(visit, message, f"{visit.visit_id}-warning", now_ms)

    def invitation(self, who: Principal, now_ms: int) -> InvitationDocument:
        """Return what a page needs to hear of visits; raises UnavailableError."""
        channel = channel_of(who)
        text, token = new_token(channel.key(self.pseudonym_key), self.randomness)
        self.subscriptions.admit(token, Subscriber(who.user_id, who.family_id), now_ms)
        return self.publisher.invitation(channel.ably_name, TICKET_PREFIX + text, now_ms)

    def _publish(self, visit: Visit, message: Mapping[str, Any], message_id: str, now_ms: int) -> None:
        for channel in (Channel("facility", visit.facility_id), Channel("patient", visit.patient_id)):
            audience = ChannelAudience(channel, self.subscriptions, self.pseudonym_key, self.who_is)
            self.publisher.publish(audience, message, message_id, now_ms)
