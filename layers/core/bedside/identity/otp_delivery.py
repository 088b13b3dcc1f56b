"""Delivery of one-time codes by SMS."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from bedside.identity.device_token import DeviceTokens, find_device
from bedside.identity.errors import TooManyAttemptsError, TooManyCodesError
from bedside.identity.mac_keys import MacKeys
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
from bedside.identity.otp_budget import DAY_S, FAILURES_TO_LOCK, LOCK_S, Budget
from bedside.identity.otp_repository import OtpRepository, QuotaExhaustedError, Send, Source
from bedside.identity.person import Code, Person, user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.phone_number import parse_phone
from bedside.kernel.errors import Limit, NotSentError, UnavailableError
from bedside.kernel.wire import Wire
from bedside.ports.sms import SmsSender

_TRIES: Final = 4
_LOCKED: Final = Limit("otp-failures", FAILURES_TO_LOCK, LOCK_S)


class SendRequest(Wire):
    phone: str
    device_tokens: DeviceTokens = Field(default_factory=list)


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
    mac_keys: MacKeys
    countries: Collection[str]
    default_country: str
    life_s: int
    resend_s: int
    host: str
    quotas: SendQuotas
    random_below: Callable[[int], int]
    on_breaker: Callable[[str], None]
    on_sent: Callable[[int], None]

    def send(self, request: SendRequest, address: str, now_ms: int) -> SentCode:
        """Send a new code; earlier ones stay valid. During the cool-down, only return the remaining times.

        Raises InvalidRequestError, TooManyCodesError, TooManyAttemptsError for a locked number, and UnavailableError if
        the message could not be sent, in which case another may be requested immediately.
        """
        phone = parse_phone(request.phone, self.countries, self.default_country)
        user_id = user_id_of(self.pseudonym_key, phone)
        for _ in range(_TRIES):
            person = self.people.find_unscoped(user_id)
            source = self._source(user_id, person, request.device_tokens, now_ms)
            earlier = self._refuse_or_repeat(phone, person, source, now_ms)
            if earlier:
                return earlier
            text = new_code(self.random_below)
            code = Code(code_digest(self.mac_keys.newest, user_id, text), now_ms + self.life_s * 1000)
            send = Send(user_id, phone, code, person, source, now_ms + self.resend_s * 1000, now_ms)
            quotas = self._quotas(phone, address, source, person)
            sending = False
            try:
                recorded = self._record(send, quotas)
                if recorded is None:
                    continue
                if recorded:
                    sending = True
                    self.sms.send(phone, message(text, self.life_s, self.host))
                    self.on_sent(now_ms)
            except UnavailableError as error:
                # DynamoDB may have stored the code even if it did not respond.
                self.codes.unsend(send, quotas, count=sending and not isinstance(error, NotSentError))
                raise
            return SentCode(phone, self.life_s, self.resend_s)
        raise UnavailableError("The code is being asked for by others as well.")

    def _quotas(self, phone: str, address: str, source: Source, person: Person | None) -> tuple[SendQuota, ...]:
        known = person is not None and person.last_sign_in_at is not None
        return self.quotas.of(phone, address, known=known, trusted=source.device is not None)

    def _source(self, user_id: str, person: Person | None, tokens: Sequence[str], now_ms: int) -> Source:
        device = find_device(self.mac_keys, user_id, tokens, now_ms, person.trusts) if person else None
        if device:
            budget = self.codes.find_budget(device)
            if not budget.distrusted:
                return Source(device, budget)
        return Source(None, person.budget if person else Budget())

    def _refuse_or_repeat(self, phone: str, person: Person | None, source: Source, now_ms: int) -> SentCode | None:
        budget = source.budget
        if source.device is None and budget.locked(now_ms):
            raise locked_error(budget, now_ms)
        if budget.next_send_at > now_ms:
            expires_at = budget.next_send_at + (self.life_s - self.resend_s) * 1000
            return SentCode(phone, seconds_until(expires_at, now_ms), seconds_until(budget.next_send_at, now_ms))
        reached = budget.send_limit(now_ms)
        if source.device and person:  # all devices share a limit of a day, or each new one would add to it
            reached = send_limit((), now_ms, person.device_sends) or reached
        if reached:
            raise TooManyCodesError("This number has been sent many codes. Wait before you ask for another.", *reached)
        return None

    def _record(self, send: Send, quotas: Sequence[SendQuota]) -> bool | None:
        """Record a code, and return whether to send it; None if something was changed concurrently.

        While a prefix gets no more codes, one for a number that never signed in is recorded but not sent. Refusing it
        would tell such numbers from those that go on.
        """
        try:
            return self.codes.send(send, quotas) or None
        except QuotaExhaustedError as error:
            self.on_breaker(error.quota.name)
            if error.quota.silent:
                others = [quota for quota in quotas if quota is not error.quota]
                return None if self._record(send, others) is None else False
            limit = Limit("otp-unused", error.quota.allowance, 3600)
            wait = seconds_until((send.now_ms // HOUR_MS + 1) * HOUR_MS, send.now_ms)
            raise TooManyCodesError("Too many codes are requested from here. Wait.", limit, wait) from error


def locked_error(budget: Budget, now_ms: int) -> TooManyAttemptsError:
    """Return the error for a locked number, which says how long the lock lasts."""
    wait = seconds_until(budget.locked_until or now_ms, now_ms)
    days = -(-wait // DAY_S)
    lasts = "for another day" if days == 1 else f"for {days} days"
    return TooManyAttemptsError(
        f"This number is locked {lasts}. An administrator can unlock it; browsers that signed in before go on.",
        _LOCKED,
        wait,
    )
