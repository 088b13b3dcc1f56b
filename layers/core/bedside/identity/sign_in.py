"""Signing in with a one-time code."""

import hmac
import unicodedata
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Final

from pydantic import BeforeValidator, StringConstraints

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.identity.otp import CHECKS_PER_CODE, DIGITS, SendQuotas, code_digest, seconds_until, send_limit
from bedside.identity.otp_delivery import locked_error
from bedside.identity.otp_repository import OtpRepository
from bedside.identity.person import PATIENT, Family, Person, person_from_record, user_id_of
from bedside.identity.phone_number import parse_phone
from bedside.identity.refresh_token import first_token
from bedside.identity.token_pair import TokenPair, TokenPairIssuer
from bedside.kernel.digits import plain_digits
from bedside.kernel.errors import Limit, OtpInvalidError, TooManyAttemptsError, UnavailableError
from bedside.kernel.wire import Wire

# Of a code as typed, with separators.
_LONGEST_CODE: Final = 40
_CHECKS: Final = Limit("otp-verify", CHECKS_PER_CODE, 600)


def _code_as_typed(value: object) -> object:
    """Accept digits of any script, with the spaces, dashes and invisible marks that a message or keyboard adds."""
    if not isinstance(value, str) or len(value) > _LONGEST_CODE:
        return value
    return "".join(letter for letter in plain_digits(value) if unicodedata.category(letter)[0] not in "ZPC")


class VerifyRequest(Wire):
    phone: str
    otp: Annotated[str, StringConstraints(pattern=rf"^[0-9]{{{DIGITS}}}$"), BeforeValidator(_code_as_typed)]


@dataclass(frozen=True, slots=True)
class SignIn:
    """Exchanges codes for sign-ins. Each check is counted before it is made, so that concurrent guesses all count.

    `on_locked` is called when a number gets locked; `on_signed_in` receives the facility and the instant (Unix ms).
    """

    codes: OtpRepository
    pairs: TokenPairIssuer
    pseudonym_key: bytes
    countries: Collection[str]
    default_country: str
    life_ms: int
    quotas: SendQuotas
    randomness: Callable[[int], bytes]
    on_locked: Callable[[], None]
    on_signed_in: Callable[[str | None, int], None]

    def sign_in(self, phone_text: str, otp: str, address: str, now_ms: int) -> TokenPair:
        """Exchange a code for a sign-in, once; two requests to DynamoDB.

        Raises InvalidRequestError, OtpInvalidError, TooManyAttemptsError.
        """
        phone = parse_phone(phone_text, self.countries, self.default_country)
        user_id = user_id_of(self.pseudonym_key, phone)
        try:
            person = self.codes.check(user_id, now_ms)
        except ConditionFailedError as error:
            raise _refusal(person_from_record(error.item) if error.item else None, now_ms) from error
        code = person.code
        if code is None or not hmac.compare_digest(code.digest, code_digest(self.pseudonym_key, user_id, otp)):
            if person.locked:  # by this attempt
                self.on_locked()
                with suppress(UnavailableError):  # then the number, and with it the lock, is deleted after 30 days
                    self.codes.keep(user_id)
            raise OtpInvalidError("The code is wrong, or no longer valid.")
        refresh = first_token(self.pseudonym_key, user_id, self.randomness)
        family = Family(refresh.digest, now_ms, now_ms + self.life_ms)
        quotas = self.quotas.of(phone, address)
        if not self.codes.use(person, code, refresh.family_id, family, quotas, now_ms):
            raise OtpInvalidError("The code is wrong, or no longer valid.")
        self.on_signed_in(person.facility_id, now_ms)
        signed_in = replace(
            person,
            roles=person.roles or (PATIENT,),
            failures=0,
            created_at=person.created_at or now_ms,
            last_sign_in_at=now_ms,
        )
        return self.pairs.issue(signed_in, refresh, now_ms)


def _refusal(person: Person | None, now_ms: int) -> OtpInvalidError | TooManyAttemptsError:
    if person and person.locked:
        return locked_error()
    code = person.code if person else None
    if person and code and code.expires_at > now_ms and code.checks >= CHECKS_PER_CODE:
        reached = send_limit(person.sends, now_ms)
        wait = max(seconds_until(person.next_send_at, now_ms), reached[1] if reached else 0)
        return TooManyAttemptsError("This code was tried too often. Ask for a new one.", _CHECKS, wait)
    return OtpInvalidError("The code is wrong, or no longer valid.")
