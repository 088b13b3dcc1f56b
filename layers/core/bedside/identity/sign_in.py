"""Signing in with a one-time code."""

import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, StringConstraints

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.identity.code_checks import CodeChecks, invalid, refusal
from bedside.identity.device_name import device_name
from bedside.identity.device_token import Device, DeviceTokens, device_token, new_device
from bedside.identity.errors import DeactivatedError
from bedside.identity.mac_keys import MacKeys
from bedside.identity.otp import DIGITS, SendQuotas, code_digest
from bedside.identity.otp_budget import FAILURES_TO_LOCK, Budget
from bedside.identity.otp_repository import OtpRepository
from bedside.identity.otp_updates import Beginning
from bedside.identity.person import PATIENT, Code, Family, Person, person_from_record, user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.phone_number import parse_phone
from bedside.identity.refresh_token import RefreshToken, first_token
from bedside.identity.token_pair import TokenPair, TokenPairIssuer
from bedside.kernel.digits import plain_digits
from bedside.kernel.pseudonym import derived
from bedside.kernel.wire import Wire

# Of a code as typed, with separators.
_LONGEST_CODE: Final = 40
# The life of a code: until then somebody may try to use it again.
_REPEAT_MS: Final = 300_000


def _code_as_typed(value: object) -> object:
    """Accept digits of any script, with the spaces, dashes and invisible marks that a message or keyboard adds."""
    if not isinstance(value, str) or len(value) > _LONGEST_CODE:
        return value
    return "".join(letter for letter in plain_digits(value) if unicodedata.category(letter)[0] not in "ZPC")


class VerifyRequest(Wire):
    phone: str
    otp: Annotated[str, StringConstraints(pattern=rf"^[0-9]{{{DIGITS}}}$"), BeforeValidator(_code_as_typed)]
    device_tokens: DeviceTokens = Field(default_factory=list)
    attempt_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22,64}$")] | None = None


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """The tokens of a new sign-in, and the token of the browser that it was made in."""

    pair: TokenPair
    device_token: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """Exchanges codes for sign-ins.

    `on_locked` is called when a number gets locked; `on_signed_in` receives the facility and the instant (Unix ms).
    """

    codes: OtpRepository
    people: PersonRepository
    checks: CodeChecks
    pairs: TokenPairIssuer
    pseudonym_key: bytes
    mac_keys: MacKeys
    countries: Collection[str]
    default_country: str
    life_ms: int
    quotas: SendQuotas
    randomness: Callable[[int], bytes]
    on_locked: Callable[[], None]
    on_signed_in: Callable[[str | None, int], None]

    def sign_in(self, request: VerifyRequest, address: str, now_ms: int, user_agent: str = "") -> NewSignIn:
        """Exchange a code for a sign-in, once; two requests to DynamoDB, or three on a device that signed in before.

        A request that is repeated with its secret `attempt_id`, because the answer was lost, gets the same sign-in.
        `user_agent` names the browser in the person's list of sign-ins. Raises InvalidRequestError, OtpInvalidError,
        TooManyAttemptsError, DeactivatedError.
        """
        phone = parse_phone(request.phone, self.countries, self.default_country)
        user_id = user_id_of(self.pseudonym_key, phone)
        randomness = self._randomness(user_id, request)
        refresh = first_token(self.mac_keys, user_id, randomness)
        device = new_device(user_id, now_ms, randomness)
        found, trusted_device = self.checks.on_trusted_device(user_id, request.device_tokens, now_ms)
        if found and trusted_device and _begun(found, refresh, now_ms):  # a repeated attempt uses up no try
            return self._issued(found, refresh, trusted_device, now_ms)
        try:
            person, source = self.checks.count(user_id, found, trusted_device, now_ms)
        except ConditionFailedError as error:
            found = person_from_record(error.item) if error.item else None
            if found and _begun(found, refresh, now_ms):
                return self._issued(found, refresh, device, now_ms)
            raise refusal(found, now_ms) from error
        device = source.device or device
        code = self._matching(person, request.otp, now_ms)
        if code is None:
            if _begun(person, refresh, now_ms):
                return self._issued(person, refresh, device, now_ms)
            if source.device is None and source.budget.failures == FAILURES_TO_LOCK:  # by this attempt
                self.on_locked()
            raise invalid()
        if not person.active:  # only who holds the number learns it
            raise DeactivatedError("Your account is deactivated. An administrator of your facility can reactivate it.")
        family = Family(refresh.digest, now_ms, now_ms + self.life_ms, now_ms, device_name(user_agent))
        known, trusted = person.last_sign_in_at is not None, source.device is not None
        quotas = self.quotas.of(phone, address, known=known, trusted=trusted)
        begun = Beginning(refresh.family_id, family, device.device_id)
        if not self.codes.use(person, code, begun, source, quotas, now_ms):
            found = self.people.find_unscoped(user_id) if request.attempt_id else None
            if found and _begun(found, refresh, now_ms):  # by the same attempt, sent twice at once
                return self._issued(found, refresh, device, now_ms)
            raise invalid()
        self.on_signed_in(person.facility_id, now_ms)
        signed_in = replace(
            person,
            roles=person.roles or (PATIENT,),
            budget=person.budget if source.device else Budget(),
            created_at=person.created_at or now_ms,
            last_sign_in_at=now_ms,
        )
        return self._issued(signed_in, refresh, device, now_ms)

    def _randomness(self, user_id: str, request: VerifyRequest) -> Callable[[int], bytes]:
        """Return what the new tokens are made of, which is the same for a request that is repeated."""
        if request.attempt_id is None:
            return self.randomness
        return derived(self.mac_keys.newest, f"attempt\n{user_id}\n{request.attempt_id}\n{request.otp}")

    def _matching(self, person: Person, text: str, now_ms: int) -> Code | None:
        """Return the unexpired code with this text, or None; in constant time."""
        keys, user_id = self.mac_keys, person.user_id
        matching = [
            code for code in person.codes if keys.accept(code.digest, lambda key: code_digest(key, user_id, text))
        ]
        return next((code for code in matching if code.expires_at > now_ms), None)

    def _issued(self, person: Person, refresh: RefreshToken, device: Device, now_ms: int) -> NewSignIn:
        token = device_token(self.mac_keys, replace(device, issued_at=now_ms))
        return NewSignIn(self.pairs.issue(person, refresh, now_ms), token)


def _begun(person: Person, refresh: RefreshToken, now_ms: int) -> bool:
    """Return whether this attempt has begun a sign-in, which nobody has renewed since."""
    family = person.families.get(refresh.family_id)
    return family is not None and family.digest == refresh.digest and now_ms - family.rotated_at <= _REPEAT_MS
