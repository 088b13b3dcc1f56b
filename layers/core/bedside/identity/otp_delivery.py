"""Delivery of one-time codes by SMS."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from bedside.identity.otp import (
    HOUR_MS,
    SendQuota,
    SendQuotas,
    code_digest,
    message,
    new_code,
    seconds_until,
    send_limit,
)
from bedside.identity.otp_repository import OtpRepository, QuotaExhaustedError
from bedside.identity.person import FAILURES_TO_LOCK, Code, Person, user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.phone_number import parse_phone
from bedside.kernel.errors import Limit, NotSentError, TooManyAttemptsError, TooManyCodesError, UnavailableError
from bedside.kernel.wire import Wire
from bedside.ports.sms import SmsSender

_TRIES: Final = 4
_LOCKED: Final = Limit("otp-failures", FAILURES_TO_LOCK, 86_400)
_DAY_S: Final = 86_400


class SendRequest(Wire):
    phone: str


@dataclass(frozen=True, slots=True)
class SentCode:
    """The number (E.164); whole seconds until the code expires, and until the next may be requested."""

    phone: str
    expires_in: int
    resend_after: int


@dataclass(frozen=True, slots=True)
class OtpDelivery:
    """Sends codes; the response and the requests made are the same for known and unknown numbers.

    `on_breaker` receives the name of an exhausted quota, `on_sent` the instant (Unix ms) of each message.
    """

    people: PersonRepository
    codes: OtpRepository
    sms: SmsSender
    pseudonym_key: bytes
    countries: Collection[str]
    default_country: str
    life_s: int
    resend_s: int
    host: str
    quotas: SendQuotas
    random_below: Callable[[int], int]
    on_breaker: Callable[[str], None]
    on_sent: Callable[[int], None]

    def send(self, phone_text: str, address: str, now_ms: int) -> SentCode:
        """Send a new code, which replaces the last one; during the cool-down, only return the remaining times.

        Raises InvalidRequestError, TooManyCodesError, TooManyAttemptsError for a locked number, and UnavailableError if
        the message could not be sent, in which case another may be requested immediately.
        """
        phone = parse_phone(phone_text, self.countries, self.default_country)
        user_id = user_id_of(self.pseudonym_key, phone)
        quotas = self.quotas.of(phone, address)
        for _ in range(_TRIES):
            person = self.people.find_unscoped(user_id)
            if person:
                earlier = self._refuse_or_repeat(person, now_ms)
                if earlier:
                    return earlier
            text = new_code(self.random_below)
            expires_at = now_ms + self.life_s * 1000
            code = Code(code_digest(self.pseudonym_key, user_id, text), expires_at, 0)
            sending = False
            try:
                if not self._record(person, user_id, phone, code, quotas, now_ms):
                    continue
                sending = True
                self.sms.send(phone, message(text, self.life_s, self.host))
            except UnavailableError as error:
                # DynamoDB may have stored the code even if it did not respond.
                count = sending and not isinstance(error, NotSentError)
                self.codes.unsend(person, user_id, code, quotas, now_ms, count=count)
                raise
            self.on_sent(now_ms)
            return SentCode(phone, self.life_s, self.resend_s)
        raise UnavailableError("The code is being asked for by others as well.")

    def _refuse_or_repeat(self, person: Person, now_ms: int) -> SentCode | None:
        if person.locked:
            raise locked_error()
        if person.next_send_at > now_ms:
            expires_at = person.code.expires_at if person.code else now_ms
            return SentCode(person.phone, seconds_until(expires_at, now_ms), seconds_until(person.next_send_at, now_ms))
        reached = send_limit(person.sends, now_ms)
        if reached:
            raise TooManyCodesError("This number has been sent many codes. Wait before you ask for another.", *reached)
        return None

    def _record(
        self, person: Person | None, user_id: str, phone: str, code: Code, quotas: Sequence[SendQuota], now_ms: int
    ) -> bool:
        try:
            return self.codes.send(person, user_id, phone, code, now_ms + self.resend_s * 1000, quotas, now_ms)
        except QuotaExhaustedError as error:
            self.on_breaker(error.quota.name)
            limit = Limit("otp-unused", error.quota.allowance, 3600)
            wait = seconds_until((now_ms // HOUR_MS + 1) * HOUR_MS, now_ms)
            raise TooManyCodesError("Too many codes go to numbers like this one, or from here.", limit, wait) from error


def locked_error() -> TooManyAttemptsError:
    """Return the error for a locked number, which only an administrator can unlock."""
    return TooManyAttemptsError("This number is locked. Ask your facility to unlock it.", _LOCKED, _DAY_S)
