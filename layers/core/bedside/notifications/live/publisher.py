"""Tells open pages that their reader's inbox has changed. They read it then, so messages have no details."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bedside.identity.principal import Principal
from bedside.kernel.errors import UnavailableError
from bedside.kernel.opaque_tokens import new_token
from bedside.kernel.pseudonym import handle_name
from bedside.live.audiences import SubscribedAudience
from bedside.live.publisher import InvitationDocument, Publisher
from bedside.live.subscriptions import Subscriber, Subscription, Subscriptions

# Distinguishes tickets for inboxes from those for visits and capture sessions.
TICKET_PREFIX: Final = "n-"
# More sign-ins than anybody has open at once.
_SIGN_INS: Final = 20


@dataclass(frozen=True, slots=True)
class InboxPublisher:
    """Publishes changes of inboxes to their readers. Never raises, because pages also ask by themselves.

    `randomness(n)` returns n random bytes; `find_principal` returns a subscriber's principal at an instant (Unix ms),
    or None if their sign-in has ended; `on_failure` receives the number of pages that were not reached.
    """

    publisher: Publisher
    subscriptions: Subscriptions
    pseudonym_key: bytes
    find_principal: Callable[[Subscriber, int], Principal | None]
    randomness: Callable[[int], bytes]
    on_failure: Callable[[int], None]

    def invitation(self, principal: Principal, now_ms: int) -> InvitationDocument:
        """Return what a page needs to subscribe to the caller's channel. Raises UnavailableError."""
        user_id, family_id = principal.user_id, principal.family_id
        key = handle_name(self.pseudonym_key, f"subscription\ninbox\n{user_id}\n{family_id}")
        text, token = new_token(key, self.randomness)
        self.subscriptions.admit(token, key_of(self.pseudonym_key, user_id), Subscriber(user_id, family_id), now_ms)
        return self.publisher.invitation(_channel(user_id), TICKET_PREFIX + text, now_ms)

    def publish_change(self, user_id: str, now_ms: int) -> None:
        """Publish that somebody's inbox has something new."""
        found: list[Subscription] = []
        if not self.publisher.broadcasts:
            try:
                found = list(self.subscriptions.page(key_of(self.pseudonym_key, user_id), _SIGN_INS, None, now_ms)[0])
            except UnavailableError:
                self.on_failure(1)
                return
        audience = SubscribedAudience(_channel(user_id), found, self.subscriptions, self._admits_reader(user_id))
        message = {"type": "notifications-changed", "timestamp": now_ms}
        self.publisher.publish(audience, message, f"inbox-{user_id}-{now_ms}", now_ms)

    def _admits_reader(self, user_id: str) -> Callable[[Subscriber, int], bool]:
        return lambda subscriber, now_ms: (
            subscriber.user_id == user_id and self.find_principal(subscriber, now_ms) is not None
        )


def key_of(pseudonym_key: bytes, user_id: str) -> str:
    """Return the key of a reader's channel in the index of subscriptions (24 characters)."""
    return handle_name(pseudonym_key, f"inbox\n{user_id}")


def _channel(user_id: str) -> str:
    return f"inbox:{user_id}"
