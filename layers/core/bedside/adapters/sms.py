"""Text messages by Amazon SNS."""

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bedside.errors import NotSentError, UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

# In US dollars: several times what a message costs in the countries served; SNS refuses those that would cost more
# (https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html).
_MAX_PRICE: Final = "0.50"


class _Sdk(NamedTuple):
    client: "SNSClient"
    refusals: tuple[type[Exception], ...]
    failure: type[Exception]


@cache
def _sdk() -> "_Sdk":
    import boto3  # noqa: PLC0415  # slow to load, and only needed where a message is sent
    from botocore.config import Config  # noqa: PLC0415  # as above
    from botocore.exceptions import (  # noqa: PLC0415  # as above
        BotoCoreError,
        ClientError,
        ConnectTimeoutError,
        EndpointConnectionError,
    )

    # One try: after a lost answer nobody knows whether the message went out, and a second one costs twice.
    config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 1}, tcp_keepalive=True)
    client = boto3.client("sns", config=config)
    return _Sdk(client, (ClientError, ConnectTimeoutError, EndpointConnectionError), BotoCoreError)


class Sms:
    """Sends messages, from `sender_id` or `origination_number` where the country allows to choose."""

    def __init__(self, sender_id: str, origination_number: str) -> None:
        self._attributes = {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.MaxPrice": _MAX_PRICE}
        if sender_id:
            self._attributes["AWS.SNS.SMS.SenderID"] = sender_id
        if origination_number:
            self._attributes["AWS.MM.SMS.OriginationNumber"] = origination_number

    def send(self, phone: str, text: str) -> None:
        """Hand a message over to SNS, within 4 seconds.

        Raises NotSentError where SNS refused it or was not reached, UnavailableError where nobody knows.
        """
        sdk = _sdk()
        attributes: dict[str, Any] = {
            name: {"DataType": "Number" if name.endswith("MaxPrice") else "String", "StringValue": value}
            for name, value in self._attributes.items()
        }
        try:
            sdk.client.publish(PhoneNumber=phone, Message=text, MessageAttributes=attributes)
        # Not chained: SNS repeats the number in its errors.
        except sdk.refusals as error:
            raise NotSentError("The message could not be sent.", _code(error)) from None
        except sdk.failure as error:
            raise UnavailableError("The message may not have been sent.", _code(error)) from None


def _code(error: Exception) -> str:
    response: dict[str, Any] = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code") or type(error).__name__)
