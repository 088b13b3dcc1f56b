"""Text messages by Amazon SNS."""

from typing import Final
from urllib.parse import urlencode

from bedside.adapters.aws.client import AwsError, AwsService
from bedside.kernel.errors import NotSentError, UnavailableError

_TRY_S: Final = 4
# A request gets only one attempt, so its connection must be fresh.
_MAX_IDLE_S: Final = 5
# In US dollars: several times the price of a message in the countries served; SNS refuses more expensive ones
# (https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html).
_MAX_PRICE: Final = "0.50"


class Sms:
    """Sends text messages, from `sender_id` or `origination_number` where the country supports it."""

    def __init__(self, sender_id: str, origination_number: str, region: str) -> None:
        self._service = AwsService("sns", region, max_idle_s=_MAX_IDLE_S)
        attributes = [
            ("AWS.SNS.SMS.SMSType", "String", "Transactional"),
            ("AWS.SNS.SMS.MaxPrice", "Number", _MAX_PRICE),
        ]
        if sender_id:
            attributes.append(("AWS.SNS.SMS.SenderID", "String", sender_id))
        if origination_number:
            attributes.append(("AWS.MM.SMS.OriginationNumber", "String", origination_number))
        self._fixed = {"Action": "Publish", "Version": "2010-03-31"}
        for number, (name, kind, value) in enumerate(attributes, start=1):
            entry = f"MessageAttributes.entry.{number}"
            self._fixed |= {f"{entry}.Name": name, f"{entry}.Value.DataType": kind, f"{entry}.Value.StringValue": value}

    def send(self, phone: str, text: str) -> None:
        """Hand a message over to SNS, within 4 seconds.

        Raises NotSentError if SNS refused it or was not reached, UnavailableError if the outcome is unknown.
        """
        body = urlencode({**self._fixed, "PhoneNumber": phone, "Message": text}).encode()
        headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
        try:
            # No retry: after a lost response the message may have been sent, and a second one would cost twice.
            self._service.request("POST", "/", headers, body, try_s=_TRY_S)
        # Not chained: SNS's error messages contain the phone number.
        except AwsError as error:
            if error.sent and error.temporary and not error.throttled:
                raise UnavailableError("The message may not have been sent.", error.code) from None
            raise NotSentError("The message could not be sent.", error.code) from None
