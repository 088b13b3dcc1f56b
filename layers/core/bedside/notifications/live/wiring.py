"""Composes live updates of inboxes."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.identity.wiring import IdentityWiring
from bedside.notifications.live.settings import InboxSettings
from bedside.platform.observability import live_publish_failed

if TYPE_CHECKING:
    from bedside.identity.principal import Principal
    from bedside.live.audiences import SubscriptionAccess
    from bedside.live.subscriptions import Subscriber, Subscriptions
    from bedside.notifications.live.publisher import InboxPublisher
    from bedside.platform.wiring import Platform


class InboxWiring:
    """Parts of the notifications domain that have to do with pages that are open."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def settings(self) -> InboxSettings:
        return InboxSettings.from_env(self.platform.env)

    @cached_property
    def subscriptions(self) -> "Subscriptions":
        from bedside.adapters.aws.dynamodb import Table
        from bedside.live.subscriptions import Subscriptions
        from bedside.live.wiring import LiveWiring

        life_ms = self.platform.domain(LiveWiring).settings.live_ticket_life_ms
        return Subscriptions(Table(self.settings.notifications_table), life_ms)

    @cached_property
    def publisher(self) -> "InboxPublisher":
        from bedside.live.wiring import LiveWiring
        from bedside.notifications.live.publisher import InboxPublisher

        return InboxPublisher(
            self.platform.domain(LiveWiring).publisher,
            self.subscriptions,
            self.platform.secrets.pseudonym_key,
            self._find_principal,
            os.urandom,
            live_publish_failed,
        )

    @cached_property
    def access(self) -> "SubscriptionAccess":
        from bedside.live.audiences import SubscriptionAccess
        from bedside.live.wiring import LiveWiring
        from bedside.notifications.live.publisher import TICKET_PREFIX

        dismiss = self.platform.domain(LiveWiring).dismiss
        return SubscriptionAccess(TICKET_PREFIX, self.subscriptions, dismiss, self._admits)

    def _admits(self, subscriber: "Subscriber", key: str, now_ms: int) -> bool:
        """Return whether a subscriber is signed in, and the channel with a key is theirs."""
        from bedside.notifications.live.publisher import key_of

        own = key_of(self.platform.secrets.pseudonym_key, subscriber.user_id)
        return own == key and self._find_principal(subscriber, now_ms) is not None

    def _find_principal(self, subscriber: "Subscriber", now_ms: int) -> "Principal | None":
        authorizer = self.platform.domain(IdentityWiring).authorizer
        return authorizer.find_principal(subscriber.user_id, subscriber.family_id, now_ms)
