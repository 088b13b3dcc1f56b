"""Text messages by Amazon SNS."""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from bedside.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

# In US dollars: several times what a message costs in the countries served; SNS refuses those that would cost more
# (https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html).
_MAX_PRICE: Final = "0.50"


@cache
def _sdk() -> "tuple[SNSClient, tuple[type[Exception], ...]]":
    import boto3  # noqa: PLC0415  # slow to load, and only needed where a message is sent
    from botocore.config import Config  # noqa: PLC0415  # as above
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # as above

    # One try: after a lost answer nobody knows whether the message went out, and a second one costs twice.
    config = Config(connect_timeout=1, read_timeout=4, retries={"total_max_attempts": 1}, tcp_keepalive=True)
    return boto3.client("sns", config=config), (ClientError, BotoCoreError)


class Sms:
    """Sends messages, from `sender_id` or `origination_number` where the country allows to choose."""

    def __init__(self, sender_id: str, origination_number: str) -> None:
        self._attributes = {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.MaxPrice": _MAX_PRICE}
        if sender_id:
            self._attributes["AWS.SNS.SMS.SenderID"] = sender_id
        if origination_number:
            self._attributes["AWS.MM.SMS.OriginationNumber"] = origination_number

    def send(self, phone: str, text: str) -> None:
        """Hand a message over to SNS, within 5 seconds; raises UnavailableError."""
        client, failures = _sdk()
        attributes: dict[str, Any] = {
            name: {"DataType": "Number" if name.endswith("MaxPrice") else "String", "StringValue": value}
            for name, value in self._attributes.items()
        }
        try:
            client.publish(PhoneNumber=phone, Message=text, MessageAttributes=attributes)
        except failures:
            # Not chained: SNS repeats the number in its errors.
            raise UnavailableError("The message could not be sent.") from None
