"""Composes channels and contact points."""

import os
import secrets as randomness
from functools import cached_property, partial
from typing import TYPE_CHECKING

from bedside.identity.wiring import IdentityWiring
from bedside.kernel.pseudonym import handle_name
from bedside.notifications.channels.settings import ChannelSettings
from bedside.platform.observability import mail_suppressed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bedside.adapters.aws.dynamodb import Table
    from bedside.adapters.webpush.vapid import VapidKeys
    from bedside.notifications.carriers import Carrier
    from bedside.notifications.channels.addresses import Addresses
    from bedside.notifications.channels.carrier_events import CarrierEvents
    from bedside.notifications.channels.mail_addresses import MailAddresses
    from bedside.notifications.channels.mail_events import MailEvents
    from bedside.notifications.channels.outcomes import Outcomes
    from bedside.notifications.channels.repository import ContactPointRepository
    from bedside.notifications.channels.subscriptions import Subscriptions
    from bedside.notifications.channels.unsubscribe import Unsubscribing
    from bedside.notifications.recipients import RecipientRepository
    from bedside.notifications.repository import RecordRepository
    from bedside.platform.wiring import Platform
    from bedside.ports.channels import Channel, ChannelName, Message


class ChannelsWiring:
    """Parts of the notifications domain that have to do with channels."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def identity(self) -> IdentityWiring:
        return self.platform.domain(IdentityWiring)

    @cached_property
    def _table(self) -> "Table":
        from bedside.adapters.aws.dynamodb import Table

        return Table(self.settings.notifications_table)

    @cached_property
    def _recipients(self) -> "RecipientRepository":
        from bedside.notifications.recipients import RecipientRepository

        return RecipientRepository(self._table)

    @cached_property
    def _records(self) -> "RecordRepository":
        from bedside.notifications.repository import RecordRepository

        return RecordRepository(self._table)

    @cached_property
    def settings(self) -> ChannelSettings:
        return ChannelSettings.from_env(self.platform.env)

    @cached_property
    def points(self) -> "ContactPointRepository":
        from bedside.notifications.channels.repository import ContactPointRepository

        key = self.platform.secrets.pseudonym_key
        return ContactPointRepository(self._table, lambda text: handle_name(key, text))

    @cached_property
    def push_keys(self) -> "VapidKeys | None":
        from bedside.adapters.webpush.vapid import VapidKeys

        keys = self.platform.secrets.vapid_keys
        contact = self.settings.push_contact or self.platform.settings.public_origin
        return VapidKeys(keys, contact, self.platform.now_ms) if keys else None

    @cached_property
    def push(self) -> "Channel | None":
        from bedside.adapters.webpush.sender import WebPush

        return WebPush(self.push_keys, self.settings.push_hosts) if self.push_keys else None

    @cached_property
    def mail(self) -> "Channel | None":
        if self.settings.provider == "novu":
            return self._novu
        if not self.settings.mail_sender:
            return None
        from bedside.adapters.aws.mail import Mail

        return Mail(self.settings.mail_sender, self.settings.mail_configuration_set, self.platform.settings.region)

    @cached_property
    def sms(self) -> "Channel | None":
        if self.settings.provider == "novu":
            return self._novu
        from bedside.notifications.sms_channel import SmsChannel

        return SmsChannel(lambda: self.identity.sms)

    @cached_property
    def _novu(self) -> "Channel | None":
        from bedside.adapters.novu import Novu

        keys = self.platform.secrets.novu_keys
        return Novu(self.settings.novu_api_url, keys) if keys else None

    @cached_property
    def addresses(self) -> "Addresses":
        from bedside.notifications.channels.addresses import Addresses

        return Addresses(self.points, self.platform.settings.public_origin)

    @cached_property
    def carriers(self) -> "Mapping[ChannelName, Callable[[], Carrier]]":
        """The channels that are set up, each composed when a message goes there."""
        novu = self.settings.provider == "novu"
        set_up: Mapping[ChannelName, object] = {
            "push": self.platform.secrets.vapid_keys,
            "mail": self.platform.secrets.novu_keys if novu else self.settings.mail_sender,
            "sms": self.platform.secrets.novu_keys if novu else True,
        }
        return {name: partial(self.carrier, name) for name, there in set_up.items() if there}

    def carrier(self, name: "ChannelName") -> "Carrier":
        """Return a channel that is set up, with where it reaches people."""
        from bedside.notifications.carriers import Carrier
        from bedside.notifications.channels.addresses import forget_nothing

        addresses = self.addresses
        match name:
            case "push":
                return Carrier(_present(self.push), addresses.browsers, addresses.forget_browser)
            case "mail":
                return Carrier(_present(self.mail), addresses.mail, forget_nothing, addresses.unsubscribe)
            case "sms":
                return Carrier(_present(self.sms), addresses.phone, forget_nothing)

    @cached_property
    def subscriptions(self) -> "Subscriptions":
        from bedside.adapters.allowed_hosts import AllowedHosts
        from bedside.notifications.channels.subscriptions import Subscriptions

        hosts = AllowedHosts(self.settings.push_hosts)
        return Subscriptions(self.points, self.push_keys, hosts, self.identity.people_read)

    @cached_property
    def mail_addresses(self) -> "MailAddresses":
        from bedside.notifications.channels.mail_addresses import MailAddresses

        return MailAddresses(
            points=self.points,
            mail=self.mail,
            pseudonym_key=self.platform.secrets.pseudonym_key,
            random_below=randomness.randbelow,
            randomness=os.urandom,
            message_of=self._code_message,
        )

    def _code_message(self, user_id: str, code: str, minutes: int, message_id: str) -> "Message":
        from bedside.notifications.channels.texts import code_message

        return code_message(self._recipients.get(user_id).preferences.language, code, minutes, message_id)

    @cached_property
    def unsubscribing(self) -> "Unsubscribing":
        from bedside.notifications.channels.unsubscribe import Unsubscribing

        return Unsubscribing(self.points, self._recipients)

    @cached_property
    def outcomes(self) -> "Outcomes":
        from bedside.notifications.channels.outcomes import Outcomes

        return Outcomes(self._records)

    @cached_property
    def mail_events(self) -> "MailEvents":
        from bedside.notifications.channels.mail_events import MailEvents

        return MailEvents(self.points, self.outcomes, mail_suppressed)

    @cached_property
    def carrier_events(self) -> "CarrierEvents":
        from bedside.notifications.channels.carrier_events import CarrierEvents

        return CarrierEvents(self.outcomes)


def _present(channel: "Channel | None") -> "Channel":
    if channel is None:
        raise ValueError("a channel that is not set up")
    return channel
