"""Novu as the carrier of mail and text messages: https://docs.novu.co/api-reference/events/trigger-event."""

import hashlib
import json
import re
import time
from typing import Any, Final

from bedside.adapters.aws.secret_values import NovuKeys
from bedside.adapters.rest import Answer, RestClient, RestError
from bedside.adapters.retry_after import retry_after_ms
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.ports.channels import Address, Delivery, DeliveryUnknownError, Message, PushSubscription

_DEADLINE_S: Final = 5.0
# One message, plus the five seconds that DynamoDB needs afterwards.
_NEEDED_S: Final = 11.0
_TOO_MANY: Final = 429
# The request itself is wrong; a wrong key (401, 403) or an unknown workflow is our set-up's fault, which passes.
_REFUSED: Final = frozenset({400, 413, 422})
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")


class Novu:
    """A channel that triggers a workflow of Novu: `bedside-mail` for mail addresses, `bedside-sms` for numbers.

    The workflows get `title`, `text`, `link`, `language`, `unsubscribe` and `unsubscribeLabel`. Novu ignores a trigger
    whose transaction id it has seen, so a repeated one sends nothing twice.
    """

    def __init__(self, api_url: str, keys: NovuKeys) -> None:
        self._rest = RestClient(api_url)
        self._keys = keys

    def send(self, to: Address, message: Message) -> Delivery:
        """Trigger a message's workflow, within 5 seconds. Raises DeliveryUnknownError, UnavailableError."""
        if isinstance(to, PushSubscription):
            return Delivery("refused")
        if remaining_s() < _NEEDED_S:
            raise UnavailableError("There is no time left to ask Novu.", "OutOfTime")
        answer = self._ask(json.dumps(trigger(to, message), separators=(",", ":")).encode())
        if answer.status == _TOO_MANY:
            wait_ms = retry_after_ms(answer.headers.get("retry-after", ""), time.time_ns() // 1_000_000)
            return Delivery("throttled", retry_after_ms=wait_ms)
        if answer.status in _REFUSED:
            return Delivery("refused")
        if answer.status >= 500:  # noqa: PLR2004  # server errors
            raise DeliveryUnknownError("Novu does not answer as expected.", f"HTTP {answer.status}")
        if not 200 <= answer.status < 300:  # noqa: PLR2004  # HTTP's successes
            raise UnavailableError("Novu does not take the message.", f"HTTP {answer.status}")
        return _delivery(answer)

    def _ask(self, body: bytes) -> Answer:
        headers = {"Authorization": f"ApiKey {self._keys.secret_key}", "Content-Type": "application/json"}
        try:
            return self._rest.request(
                "POST", "/v1/events/trigger", headers, body, deadline_s=_DEADLINE_S, idempotent=True
            )
        except RestError as error:
            if error.sent:
                raise DeliveryUnknownError("Novu does not answer.", str(error)) from error
            raise UnavailableError("Novu does not answer.", str(error)) from error


def trigger(to: str, message: Message) -> dict[str, Any]:
    """Return the body of a trigger. The subscriber is known by a hash, and each trigger says where to reach them."""
    by_phone = bool(_PHONE.fullmatch(to))
    subscriber = hashlib.sha256(f"novu subscriber\n{to}".encode()).hexdigest()[:32]
    payload: dict[str, Any] = {
        "title": message.title,
        "text": message.text,
        "link": message.link,
        "language": message.language,
    }
    if message.unsubscribe and not message.critical:
        payload |= {"unsubscribe": message.unsubscribe, "unsubscribeLabel": message.unsubscribe_label}
    return {
        "name": "bedside-sms" if by_phone else "bedside-mail",
        "to": {"subscriberId": subscriber, "phone" if by_phone else "email": to},
        "payload": payload,
        "transactionId": transaction_id("sms" if by_phone else "mail", message.message_id),
    }


def transaction_id(channel: str, message_id: str) -> str:
    """Return Novu's name for a message on a channel."""
    return f"{channel}.{message_id}"


def _delivery(answer: Answer) -> Delivery:
    try:
        document = json.loads(answer.body)
        told = document.get("data", document)
        acknowledged, status, transaction = told["acknowledged"], told["status"], told.get("transactionId")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise DeliveryUnknownError("Novu did not answer as expected.", "not the outcome of a trigger") from None
    if acknowledged is True and status == "processed":
        return Delivery("sent", transaction if isinstance(transaction, str) else None)
    if status == "invalid_recipients":
        return Delivery("refused")
    # A workflow that is missing, not active or without steps, or an error of Novu's own.
    known = status if isinstance(status, str) and re.fullmatch("[a-z_]{1,64}", status) else "unknown status"
    raise UnavailableError("Novu does not take the message.", known)
