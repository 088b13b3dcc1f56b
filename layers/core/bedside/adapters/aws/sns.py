"""Text messages by Amazon SNS."""

from collections.abc import Callable, Mapping
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
_SENDER_ID: Final = "AWS.SNS.SMS.SenderID"
_ORIGINATION_NUMBER: Final = "AWS.MM.SMS.OriginationNumber"


class Sms:
    """Sends text messages from the origination of the number's country.

    `originations` maps a country (ISO 3166) to a number, a short code or a sender's name; other countries get
    `sender_id` and `origination_number`, where they support them. `country_of` returns a number's country.
    """

    def __init__(
        self,
        sender_id: str,
        origination_number: str,
        region: str,
        originations: Mapping[str, str],
        country_of: Callable[[str], str],
    ) -> None:
        self._service = AwsService("sns", region, max_idle_s=_MAX_IDLE_S)
        self._default = [(_SENDER_ID, sender_id), (_ORIGINATION_NUMBER, origination_number)]
        self._originations = originations
        self._country_of = country_of

    def _origination(self, phone: str) -> list[tuple[str, str]]:
        if not self._originations:
            return self._default
        own = self._originations.get(self._country_of(phone))
        if own is None:
            return self._default
        return [(_ORIGINATION_NUMBER if own.lstrip("+").isdecimal() else _SENDER_ID, own)]

    def _parameters(self, phone: str) -> dict[str, str]:
        attributes = [
            ("AWS.SNS.SMS.SMSType", "String", "Transactional"),
            ("AWS.SNS.SMS.MaxPrice", "Number", _MAX_PRICE),
            *((name, "String", value) for name, value in self._origination(phone) if value),
        ]
        parameters = {"Action": "Publish", "Version": "2010-03-31"}
        for number, (name, kind, value) in enumerate(attributes, start=1):
            entry = f"MessageAttributes.entry.{number}"
            parameters |= {f"{entry}.Name": name, f"{entry}.Value.DataType": kind, f"{entry}.Value.StringValue": value}
        return parameters

    def send(self, phone: str, text: str) -> None:
        """Hand a message over to SNS, within 4 seconds.

        Raises NotSentError if SNS refused it or was not reached, UnavailableError if the outcome is unknown.
        """
        body = urlencode({**self._parameters(phone), "PhoneNumber": phone, "Message": text}).encode()
        headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
        try:
            # No retry: after a lost response the message may have been sent, and a second one would cost twice.
            self._service.request("POST", "/", headers, body, try_s=_TRY_S)
        # Not chained: SNS's error messages contain the phone number.
        except AwsError as error:
            if error.sent and error.temporary and not error.throttled:
                raise UnavailableError("The message may not have been sent.", error.code) from None
            raise NotSentError("The message could not be sent.", error.code) from None
