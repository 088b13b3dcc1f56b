"""A one-time code is sent to a number."""

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
    """How long the code lives and when the next may be asked for, in whole seconds from now."""

    expires_in: int
    resend_after: int


@dataclass(frozen=True, slots=True)
class OtpDelivery:
    """Sends codes, alike and with the same requests to numbers that are known and that are not.

    `on_breaker` hears of a purse that is empty, `on_sent` of the instant (Unix ms) of each message.
    """

    people: PersonRepository
    codes: OtpRepository
    sms: SmsSender
    pseudonym_key: bytes
    countries: Collection[str]
    life_s: int
    resend_s: int
    host: str
    quotas: SendQuotas
    random_below: Callable[[int], int]
    on_breaker: Callable[[str], None]
    on_sent: Callable[[int], None]

    def send(self, phone_text: str, address: str, now_ms: int) -> SentCode:
        """Send a new code, which replaces the last; within the cool-down say only how long it still is.

        Raises InvalidRequestError, TooManyCodesError, TooManyAttemptsError for a locked number, UnavailableError where
        the message could not be handed over: then it may be asked for again at once.
        """
        phone = parse_phone(phone_text, self.countries)
        user_id = user_id_of(self.pseudonym_key, phone)
        paying = self.quotas.of(phone, address)
        for _ in range(_TRIES):
            person = self.people.own(user_id)
            if person:
                earlier = self._refuse_or_repeat(person, now_ms)
                if earlier:
                    return earlier
            text = new_code(self.random_below)
            expires_at = now_ms + self.life_s * 1000
            code = Code(code_digest(self.pseudonym_key, user_id, text), expires_at, 0)
            sending = False
            try:
                if not self._record(person, user_id, phone, code, paying, now_ms):
                    continue
                sending = True
                self.sms.send(phone, message(text, self.life_s, self.host))
            except UnavailableError as error:
                # A record that did not answer may have the code nevertheless.
                count = sending and not isinstance(error, NotSentError)
                self.codes.unsend(person, user_id, code, paying, now_ms, count=count)
                raise
            self.on_sent(now_ms)
            return SentCode(self.life_s, self.resend_s)
        raise UnavailableError("The code is being asked for by others as well.")

    def _refuse_or_repeat(self, person: Person, now_ms: int) -> SentCode | None:
        if person.locked:
            raise locked_error()
        if person.next_send_at > now_ms:
            expires_at = person.code.expires_at if person.code else now_ms
            return SentCode(seconds_until(expires_at, now_ms), seconds_until(person.next_send_at, now_ms))
        reached = send_limit(person.sends, now_ms)
        if reached:
            raise TooManyCodesError("This number has been sent many codes. Wait before you ask for another.", *reached)
        return None

    def _record(
        self, person: Person | None, user_id: str, phone: str, code: Code, paying: Sequence[SendQuota], now_ms: int
    ) -> bool:
        try:
            return self.codes.send(person, user_id, phone, code, now_ms + self.resend_s * 1000, paying, now_ms)
        except QuotaExhaustedError as error:
            self.on_breaker(error.quota.name)
            limit = Limit("otp-unused", error.quota.allowance, 3600)
            wait = seconds_until((now_ms // HOUR_MS + 1) * HOUR_MS, now_ms)
            raise TooManyCodesError("Too many codes go to numbers like this one, or from here.", limit, wait) from error


def locked_error() -> TooManyAttemptsError:
    """Return the error of a number that only an administrator unlocks."""
    return TooManyAttemptsError("This number is locked. Ask your facility to unlock it.", _LOCKED, _DAY_S)
