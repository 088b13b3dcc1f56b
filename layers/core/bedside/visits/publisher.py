"""Notifies pages of changed visits. Pages then fetch the visit, so messages contain no details."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from bedside.identity.principal import Principal
from bedside.kernel.errors import UnavailableError
from bedside.kernel.opaque_tokens import new_token
from bedside.live.audiences import SubscribedAudience
from bedside.live.publisher import InvitationDocument, Publisher
from bedside.live.subscriptions import Subscriber, Subscription, Subscriptions
from bedside.visits.channels import TICKET_PREFIX, Channel, channel_of
from bedside.visits.model import Visit

# Returns a subscriber's principal at an instant (Unix ms), or None if their sign-in has ended. Raises UnavailableError.
type PrincipalLookup = Callable[[Subscriber, int], Principal | None]


# Larger audiences are told by a queue, so that nobody's call waits for other people's pages.
_FEW: Final = 20
# Sign-ins that one invocation tells, each with up to ten connections.
FANNED_OUT_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class VisitPublisher:
    """Publishes changes of visits to their patient and facility. Never raises, because pages also poll.

    `randomness(n)` returns n random bytes; `fan_out` queues an announcement to a large audience, and `on_failure`
    receives the number of pages that were not reached.
    """

    publisher: Publisher
    subscriptions: Subscriptions
    pseudonym_key: bytes
    find_principal: PrincipalLookup
    randomness: Callable[[int], bytes]
    fan_out: Callable[[Mapping[str, str]], None]
    on_failure: Callable[[int], None]

    def publish_change(self, visit: Visit, now_ms: int) -> None:
        """Publish that a visit has changed."""
        message = {"type": "visit-changed", "visitId": visit.visit_id, "state": visit.state, "timestamp": now_ms}
        # The same for the same facts, so that it is delivered once.
        known = sum(1 + sum(peer.reports for peer in one.peers.values()) for one in visit.facts.joinings.values())
        known += len(visit.facts.consents) + visit.sequence + sum(one.at for one in visit.facts.pictures.values())
        self._publish(visit, message, f"{visit.visit_id}-{len(visit.history)}-{known}", now_ms)

    def publish_recording(self, visit: Visit, state: str, now_ms: int) -> None:
        """Publish that the state of a visit's recording has changed."""
        message = {"type": "visit-changed", "visitId": visit.visit_id, "state": visit.state, "timestamp": now_ms}
        self._publish(visit, message, f"{visit.visit_id}-recording-{state}-{now_ms}", now_ms)

    def publish_warning(self, visit: Visit, now_ms: int) -> None:
        """Publish that a visit is about to reach its time limit."""
        message = {"type": "visit-warning", "visitId": visit.visit_id, "timestamp": now_ms}
        self._publish(visit, message, f"{visit.visit_id}-warning", now_ms)

    def invitation(self, principal: Principal, now_ms: int) -> InvitationDocument:
        """Return what a page needs to subscribe to the caller's channel. Raises UnavailableError."""
        channel = channel_of(principal)
        key = channel.subscription_key(self.pseudonym_key, principal)
        text, token = new_token(key, self.randomness)
        subscriber = Subscriber(principal.user_id, principal.family_id)
        self.subscriptions.admit(token, channel.key(self.pseudonym_key), subscriber, now_ms)
        return self.publisher.invitation(channel.ably_name, TICKET_PREFIX + text, now_ms)

    def announce(self, announcement: Mapping[str, str], now_ms: int) -> None:
        """Tell one page of a large audience, after queueing the rest of it. Raises UnavailableError."""
        kind: Literal["facility", "patient"] = "patient" if announcement["kind"] == "patient" else "facility"
        channel = Channel(kind, announcement["name"])
        found, more = self.subscriptions.page(
            channel.key(self.pseudonym_key), FANNED_OUT_AT_ONCE, announcement.get("after"), now_ms
        )
        if more:
            self.fan_out({**announcement, "after": more})
        self._tell(channel, found, json.loads(announcement["message"]), announcement["messageId"], now_ms)

    def _publish(self, visit: Visit, message: Mapping[str, Any], message_id: str, now_ms: int) -> None:
        # The patient first: they wait for one person, and the facility for all of its visits.
        for channel in (Channel("patient", visit.patient_id), Channel("facility", visit.facility_id)):
            if self.publisher.broadcasts:
                self._tell(channel, (), message, message_id, now_ms)
                continue
            try:
                self._reach(channel, message, message_id, now_ms)
            except UnavailableError:
                self.on_failure(1)

    def _reach(self, channel: Channel, message: Mapping[str, Any], message_id: str, now_ms: int) -> None:
        found, more = self.subscriptions.page(channel.key(self.pseudonym_key), _FEW, None, now_ms)
        if more or sum(len(one.connections) for one in found) > _FEW:
            text = json.dumps(message, separators=(",", ":"))
            self.fan_out({"kind": channel.kind, "name": channel.name, "message": text, "messageId": message_id})
        else:
            self._tell(channel, found, message, message_id, now_ms)

    def _tell(
        self, channel: Channel, found: Sequence[Subscription], message: Mapping[str, Any], message_id: str, now_ms: int
    ) -> None:
        audience = SubscribedAudience(
            channel.ably_name,
            found,
            self.subscriptions,
            lambda subscriber, at_ms: channel.admits(self.find_principal(subscriber, at_ms)),
        )
        self.publisher.publish(audience, message, message_id, now_ms)
