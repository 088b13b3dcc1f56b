"""Somebody signs in with the code that was sent to them."""

import hmac
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from pydantic import StringConstraints

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.identity.keyring import KeyRing
from bedside.identity.otp import CHECKS_PER_CODE, DIGITS, SendQuotas, code_digest, seconds_until, send_limit
from bedside.identity.otp_delivery import locked_error
from bedside.identity.otp_repository import OtpRepository
from bedside.identity.person import PATIENT, Family, Person, person_from_record, user_document, user_id_of
from bedside.identity.phone_number import parse_phone
from bedside.identity.refresh_token import RefreshToken, first_token
from bedside.identity.tokens import AccessClaims, issue_access_token
from bedside.kernel.errors import Limit, OtpInvalidError, TooManyAttemptsError, UnavailableError
from bedside.kernel.wire import Wire

_CHECKS: Final = Limit("otp-verify", CHECKS_PER_CODE, 600)


class VerifyRequest(Wire):
    phone: str
    otp: Annotated[str, StringConstraints(pattern=rf"^[0-9]{{{DIGITS}}}$")]


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a browser keeps of a sign-in; the access token lives `expires_in` seconds."""

    person: Person
    access_token: str
    refresh_token: str
    expires_in: int


def pair_document(signed_in: TokenPair) -> dict[str, Any]:
    """Return a sign-in as the contract spells it."""
    return {
        "accessToken": signed_in.access_token,
        "refreshToken": signed_in.refresh_token,
        "expiresIn": signed_in.expires_in,
        "user": user_document(signed_in.person),
    }


@dataclass(frozen=True, slots=True)
class TokenPairIssuer:
    """Makes pairs of tokens; `access_life_ms` is how long the first of a pair lives."""

    keys: KeyRing
    access_life_ms: int

    def pair(self, person: Person, refresh: RefreshToken, now_ms: int) -> TokenPair:
        """Return a new access token, beside the refresh token that is given."""
        claims = AccessClaims(person.user_id, refresh.family_id)
        token = issue_access_token(self.keys, claims, now_ms + self.access_life_ms)
        return TokenPair(person, token, refresh.text, self.access_life_ms // 1000)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Checks codes. A check is counted before it is made, so that guesses at the same time are all counted.

    `on_locked` hears that a number is locked, `on_signed_in` of each sign-in's facility and instant (Unix ms).
    """

    codes: OtpRepository
    pairs: TokenPairIssuer
    pseudonym_key: bytes
    countries: Collection[str]
    life_ms: int
    quotas: SendQuotas
    randomness: Callable[[int], bytes]
    on_locked: Callable[[], None]
    on_signed_in: Callable[[str | None, int], None]

    def sign_in(self, phone_text: str, otp: str, address: str, now_ms: int) -> TokenPair:
        """Trade a code for a sign-in, once; two requests to DynamoDB.

        Raises InvalidRequestError, OtpInvalidError, TooManyAttemptsError.
        """
        phone = parse_phone(phone_text, self.countries)
        user_id = user_id_of(self.pseudonym_key, phone)
        try:
            person = self.codes.check(user_id, now_ms)
        except ConditionFailedError as error:
            raise _refusal(person_from_record(error.item) if error.item else None, now_ms) from error
        code = person.code
        if code is None or not hmac.compare_digest(code.digest, code_digest(self.pseudonym_key, user_id, otp)):
            if person.locked:  # with this one
                self.on_locked()
                with suppress(UnavailableError):  # then the lock is forgotten with the number, after 30 days
                    self.codes.keep(user_id)
            raise OtpInvalidError("The code is wrong, or no longer valid.")
        refresh = first_token(self.pseudonym_key, user_id, self.randomness)
        family = Family(refresh.digest, now_ms, now_ms + self.life_ms)
        paid = self.quotas.of(phone, address)
        if not self.codes.use(person, code, refresh.family_id, family, paid, now_ms):
            raise OtpInvalidError("The code is wrong, or no longer valid.")
        self.on_signed_in(person.facility_id, now_ms)
        now_known = replace(
            person,
            roles=person.roles or (PATIENT,),
            failures=0,
            created_at=person.created_at or now_ms,
            last_sign_in_at=now_ms,
        )
        return self.pairs.pair(now_known, refresh, now_ms)


def _refusal(person: Person | None, now_ms: int) -> OtpInvalidError | TooManyAttemptsError:
    if person and person.locked:
        return locked_error()
    code = person.code if person else None
    if person and code and code.expires_at > now_ms and code.checks >= CHECKS_PER_CODE:
        reached = send_limit(person.sends, now_ms)
        wait = max(seconds_until(person.next_send_at, now_ms), reached[1] if reached else 0)
        return TooManyAttemptsError("This code was tried too often. Ask for a new one.", _CHECKS, wait)
    return OtpInvalidError("The code is wrong, or no longer valid.")
