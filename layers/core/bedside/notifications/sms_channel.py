"""Text messages as a channel, by the sender of one-time codes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bedside.kernel.errors import NotSentError, UnavailableError
from bedside.notifications.sms_parts import sms_text
from bedside.ports.channels import Address, Delivery, DeliveryUnknownError, Message
from bedside.ports.sms import SmsSender

# Error codes of SNS (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html): too many at once, and what another
# try does not change.
_THROTTLED: Final = frozenset({"Throttled", "Throttling", "ThrottlingException", "TooManyRequestsException"})
_REFUSED: Final = frozenset(
    {
        "InvalidParameter",
        "InvalidParameterException",
        "InvalidParameterValue",
        "OptedOut",
        "OptedOutException",
        "ParameterValueInvalid",
        "UserError",
        "UserErrorException",
    }
)


@dataclass(frozen=True, slots=True)
class SmsChannel:
    """Sends the discreet or full text, and the address of the page: one message of two parts at most."""

    sender: Callable[[], SmsSender]

    def send(self, to: Address, message: Message) -> Delivery:
        """Send a message to a phone number.

        Raises DeliveryUnknownError if it may have been sent, UnavailableError if it certainly was not.
        """
        if not isinstance(to, str):
            raise TypeError("not a phone number")
        try:
            self.sender().send(to, sms_text(message.text, message.link))
        except NotSentError as error:
            if error.cause in _THROTTLED:
                return Delivery("throttled")
            if error.cause in _REFUSED:
                return Delivery("refused")
            raise
        except UnavailableError as error:
            raise DeliveryUnknownError("The message may not have been sent.", error.cause) from None
        return Delivery("sent")
