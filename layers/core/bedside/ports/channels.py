"""Channels that carry messages to people outside of Bedside's pages."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from bedside.kernel.errors import UnavailableError

ChannelName = Literal["push", "mail", "sms"]
DeliveryState = Literal["sent", "refused", "gone", "throttled"]


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """A browser's subscription to web push: the push service's URL, and the browser's keys in base64url."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


# A phone number (E.164), a mail address, or a browser.
type Address = str | PushSubscription


@dataclass(frozen=True, slots=True)
class Message:
    """A message in its recipient's language. `title` is discreet: others may see it on a locked screen.

    `link` is the URL of the page that it opens. `message_id` is the same whenever a message is sent again.
    `unsubscribe` is the URL at which the recipient turns messages of its kind off; critical ones have none.
    """

    title: str
    text: str = field(repr=False)
    link: str | None
    critical: bool
    message_id: str
    unsubscribe: str | None = None


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
