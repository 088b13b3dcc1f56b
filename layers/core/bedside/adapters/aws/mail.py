"""Mail by Amazon SES: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html."""

import hashlib
import json
import re
from email.utils import parseaddr
from typing import Any, Final

from bedside.adapters.aws.client import AwsError, AwsService, host_of, overridden
from bedside.adapters.aws.mail_content import content
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.ports.channels import Address, Delivery, DeliveryUnknownError, Message, PushSubscription

_TRY_S: Final = 5.0
# One message, plus the five seconds that DynamoDB needs afterwards.
_NEEDED_S: Final = 11.0
# A request gets only one attempt, so its connection must be fresh.
_MAX_IDLE_S: Final = 5
# What is wrong with this message; other errors are about the account or the stack, and pass once somebody mends that.
_REFUSED: Final = frozenset({"BadRequestException", "MessageRejected"})
# The events of a message are known by this tag.
TAG: Final = "message"
_TAG_VALUE: Final = re.compile(r"[A-Za-z0-9_.@-]{1,256}")


class Mail:
    """A channel to mail addresses. `sender` is a verified identity, such as `Ward 3 <no-reply@example.org>`."""

    def __init__(self, sender: str, configuration_set: str, region: str) -> None:
        origin = overridden("sesv2") or f"https://{host_of('email', region)}"
        self._service = AwsService("ses", region, origin=origin, max_idle_s=_MAX_IDLE_S)
        self._sender = sender
        self._configuration_set = configuration_set

    def send(self, to: Address, message: Message) -> Delivery:
        """Hand a message over to SES, within 5 seconds. Raises DeliveryUnknownError, UnavailableError."""
        if isinstance(to, PushSubscription):
            return Delivery("refused")
        if remaining_s() < _NEEDED_S:
            raise UnavailableError("There is no time left to send mail.", "OutOfTime")
        document: dict[str, Any] = {
            "FromEmailAddress": self._sender,
            "Destination": {"ToAddresses": [to]},
            "Content": {"Simple": content(message)},
            "EmailTags": [{"Name": TAG, "Value": tag_value(message.message_id)}],
        }
        if self._configuration_set:
            document["ConfigurationSetName"] = self._configuration_set
        body = json.dumps(document, separators=(",", ":")).encode()
        try:
            answer = self._service.request(
                "POST", "/v2/email/outbound-emails", {"content-type": "application/json"}, body, try_s=_TRY_S
            )
        # Not chained: SES's error messages contain the address.
        except AwsError as error:
            return self._failed(error)
        try:
            return Delivery("sent", str(json.loads(answer.body)["MessageId"]))
        except (ValueError, LookupError, TypeError, RecursionError):
            raise DeliveryUnknownError("SES did not answer as expected.", "not a message's id") from None

    def _failed(self, error: AwsError) -> Delivery:
        if error.throttled:
            return Delivery("throttled")
        # SES rejects what a sender sends whose address or domain nobody has verified, and names it.
        ours = parseaddr(self._sender)[1] in str(error.document.get("message", ""))
        if error.code in _REFUSED and not ours:
            return Delivery("refused")
        if error.sent and error.temporary:
            raise DeliveryUnknownError("The mail may not have been sent.", error.code) from None
        raise UnavailableError("The mail could not be sent.", error.code) from None


def tag_value(message_id: str) -> str:
    """Return a message's id as a tag can hold it; another one is hashed."""
    return message_id if _TAG_VALUE.fullmatch(message_id) else hashlib.sha256(message_id.encode()).hexdigest()
