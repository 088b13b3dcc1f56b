"""People's mail addresses: given by them, confirmed by a code that is sent there, and removed."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bedside.adapters.webpush.encoding import encoded
from bedside.identity.otp import new_code
from bedside.identity.principal import Principal
from bedside.kernel.errors import FieldFault, InvalidRequestError, UnavailableError
from bedside.notifications.channels.contact_points import ContactPoints, find_mail_address
from bedside.notifications.channels.mail_code import (
    LIFE_MS,
    checked,
    confirmed,
    digest_of,
    find_code,
    requested,
    unsent,
    waits,
)
from bedside.notifications.channels.repository import ContactPointRepository
from bedside.notifications.channels.representation import MailAddressDocument, mail_address_document
from bedside.notifications.channels.requests import ConfirmRequest, MailAddressRequest
from bedside.notifications.errors import ChannelOffError, CodeInvalidError
from bedside.ports.channels import Channel, DeliveryUnknownError, Message

_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class MailAddresses:
    """Mail addresses of the caller. Without a `mail` channel nobody can add one.

    `text_of` returns the message with a code in the recipient's language: (user id, code, minutes, message id).
    """

    points: ContactPointRepository
    mail: Channel | None
    pseudonym_key: bytes
    random_below: Callable[[int], int]
    randomness: Callable[[int], bytes]
    message_of: Callable[[str, str, int, str], Message]

    def get(self, who: Principal, now_ms: int) -> MailAddressDocument:
        """Return the caller's address, and the one that waits for its code."""
        return self._document(self.points.get(who.user_id), now_ms)

    def request(self, who: Principal, request: MailAddressRequest, now_ms: int) -> MailAddressDocument:
        """Send a code to an address. An address that is confirmed stays in use until the new one is.

        Within a minute nothing is sent again, and nothing to strangers to whom our mail was spam. Raises
        InvalidRequestError, ChannelOffError, TooManyCodesError, and UnavailableError if it could not be sent; then
        another may be requested at once.
        """
        address = find_mail_address(request.address)
        if address is None:
            raise InvalidRequestError([FieldFault("address", "This is not a mail address.", "mail-address")])
        if self.mail is None:
            raise ChannelOffError("Mail is not set up here.")
        if self.points.find_suppression(address) == "complaint" and not self._owns(who, address):
            raise InvalidRequestError([FieldFault("address", "Mail cannot be sent to this address.", "mail-refused")])
        code = new_code(self.random_below)
        digest = digest_of(self.pseudonym_key, who.user_id, address, code)

        def changed(points: ContactPoints) -> ContactPoints:
            return points if waits(points, address, now_ms) else requested(points, address, digest, now_ms)

        points = self.points.change(who.user_id, changed)
        if points.pending and points.pending.digest == digest:
            self._send(self.mail, who.user_id, address, code, now_ms)
        return self._document(points, now_ms)

    def confirm(self, who: Principal, request: ConfirmRequest, now_ms: int) -> MailAddressDocument:
        """Use the address from now on whose code this is. Raises CodeInvalidError, UnavailableError."""
        code = find_code(request.code)
        if code is None:
            raise CodeInvalidError("Enter the six digits from the mail.")
        points = self.points.change(who.user_id, lambda points: checked(points, now_ms))
        pending = points.pending
        if pending is None:
            raise CodeInvalidError("This code is not valid any more. Ask for another one.")
        digest = digest_of(self.pseudonym_key, who.user_id, pending.address, code)
        if not hmac.compare_digest(digest, pending.digest):
            raise CodeInvalidError("This code is not right.")
        secret = encoded(self.randomness(_SECRET_BYTES))

        def use(points: ContactPoints) -> ContactPoints:
            if points.pending is None or points.pending.digest != digest:
                raise CodeInvalidError("This code is not valid any more. Ask for another one.")
            return confirmed(points, secret, now_ms)

        self.points.allow(pending.address)
        return self._document(self.points.change(who.user_id, use), now_ms)

    def remove(self, who: Principal) -> None:
        """Forget the caller's address, and the one that waits; again is the same."""
        self.points.change(who.user_id, lambda points: points.without_mail())

    def _send(self, mail: Channel, user_id: str, address: str, code: str, now_ms: int) -> None:
        message = self.message_of(user_id, code, LIFE_MS // 60_000, f"code.{user_id}.{now_ms}")
        try:
            delivery = mail.send(address, message)
        except DeliveryUnknownError:
            raise
        except UnavailableError:
            self._forget(user_id, now_ms)
            raise
        if delivery.state == "throttled":
            self._forget(user_id, now_ms)
            raise UnavailableError("Much mail is being sent at the moment.", "throttled")
        if delivery.state != "sent":
            self._forget(user_id, now_ms)
            raise InvalidRequestError([FieldFault("address", "Mail cannot be sent to this address.", "mail-refused")])

    def _owns(self, who: Principal, address: str) -> bool:
        mail = self.points.get(who.user_id).mail
        return mail is not None and mail.address == address

    def _forget(self, user_id: str, sent_at: int) -> None:
        self.points.change(user_id, lambda points: unsent(points, sent_at) if sent_at in points.sends else points)

    def _document(self, points: ContactPoints, now_ms: int) -> MailAddressDocument:
        return mail_address_document(points, self.points.find_suppression, now_ms, available=self.mail is not None)
