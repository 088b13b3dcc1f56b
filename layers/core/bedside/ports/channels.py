"""Channels that carry messages to people outside of Bedside's pages."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from bedside.kernel.errors import UnavailableError

ChannelName = Literal["push", "mail", "sms"]
DeliveryState = Literal["sent", "refused", "gone", "throttled"]


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """A browser's subscription to web push: the push service's URL, and the browser's keys in base64url.

    `key_id` names our key that the browser subscribed with; "" is the newest.
    """

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)
    key_id: str = ""


# A phone number (E.164), a mail address, or a browser.
type Address = str | PushSubscription


@dataclass(frozen=True, slots=True)
class Message:
    """A message in its recipient's language. `title` is discreet: others may see it on a locked screen.

    `link` is the URL of the page that it opens. `message_id` is the same whenever a message is sent again. At the URL
    `unsubscribe` the recipient turns messages of its kind off, and `unsubscribe_label` is what a link to it says;
    critical ones have neither. After `ttl_s` seconds a provider need not deliver it any more.
    """

    title: str
    text: str = field(repr=False)
    link: str | None
    critical: bool
    message_id: str
    unsubscribe: str | None = None
    unsubscribe_label: str = ""
    language: Literal["en", "de"] = "en"
    ttl_s: int = 4 * 3600


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a provider said of a message.

    It took the message, refuses it, knows no such address any more, or wants to be asked later: `retry_after_ms` is how
    much later, if the provider says so.
    """

    state: DeliveryState
    provider_id: str | None = None
    retry_after_ms: int | None = None


class DeliveryUnknownError(UnavailableError):
    """The provider did not answer in time: the message may have been sent."""


class Channel(Protocol):
    """Sends messages by one provider."""

    def send(self, to: Address, message: Message) -> Delivery:
        """Send a message.

        Raises DeliveryUnknownError if it may have been sent, any other UnavailableError if it certainly was not.
        """
        ...
