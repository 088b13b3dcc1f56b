"""Signing in with a one-time code."""

import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, StringConstraints

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.identity.device_name import device_name
from bedside.identity.device_token import Device, DeviceTokens, device_token, find_device, new_device
from bedside.identity.mac_keys import MacKeys
from bedside.identity.otp import CHECKS_PER_CODE, DIGITS, SendQuotas, code_digest, seconds_until
from bedside.identity.otp_budget import FAILURES_TO_LOCK, Budget, budget_from_record
from bedside.identity.otp_delivery import locked_error
from bedside.identity.otp_repository import OtpRepository, Source
from bedside.identity.otp_updates import Beginning
from bedside.identity.person import PATIENT, Code, Family, Person, person_from_record, user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.phone_number import parse_phone
from bedside.identity.refresh_token import RefreshToken, first_token
from bedside.identity.token_pair import TokenPair, TokenPairIssuer
from bedside.kernel.digits import plain_digits
from bedside.kernel.errors import DeactivatedError, Limit, OtpInvalidError, TooManyAttemptsError
from bedside.kernel.pseudonym import derived
from bedside.kernel.wire import Wire

# Of a code as typed, with separators.
_LONGEST_CODE: Final = 40
# The life of a code: until then somebody may try to use it again.
_REPEAT_MS: Final = 300_000
_CHECKS: Final = Limit("otp-verify", CHECKS_PER_CODE, 600)


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
    """Exchanges codes for sign-ins. Each check is counted before it is made, so that concurrent guesses all count.

    `on_locked` is called when a number gets locked; `on_signed_in` receives the facility and the instant (Unix ms).
    """

    codes: OtpRepository
    people: PersonRepository
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
        found, trusted_device = self._on_trusted_device(user_id, request.device_tokens, now_ms)
        if found and trusted_device and _begun(found, refresh, now_ms):  # a repeated attempt uses up no try
            return self._issued(found, refresh, trusted_device, now_ms)
        try:
            person, source = self._counted(user_id, found, trusted_device, now_ms)
        except ConditionFailedError as error:
            found = person_from_record(error.item) if error.item else None
            if found and _begun(found, refresh, now_ms):
                return self._issued(found, refresh, device, now_ms)
            raise _refusal(found, now_ms) from error
        device = source.device or device
        code = self._matching(person, request.otp, now_ms)
        if code is None:
            if _begun(person, refresh, now_ms):
                return self._issued(person, refresh, device, now_ms)
            if source.device is None and source.budget.failures == FAILURES_TO_LOCK:  # by this attempt
                self.on_locked()
            raise _invalid()
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
            raise _invalid()
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

    def _on_trusted_device(
        self, user_id: str, tokens: Sequence[str], now_ms: int
    ) -> tuple[Person | None, Device | None]:
        """Return the person, and their device among those of the tokens; (None, None) if they trust none of them."""
        if find_device(self.mac_keys, user_id, tokens, now_ms) is None:
            return None, None
        person = self.people.find_unscoped(user_id)
        device = person and find_device(self.mac_keys, user_id, tokens, now_ms, person.trusts)
        return (person, device) if device else (None, None)

    def _counted(
        self, user_id: str, person: Person | None, device: Device | None, now_ms: int
    ) -> tuple[Person, Source]:
        """Count a check, and return the person and what the check was counted in. Raises ConditionFailedError.

        A device that the person does not trust has no budget: nothing would ever reset it.
        """
        budget = self._counted_on(device, now_ms) if device else None
        if person and budget:
            return person, Source(device, budget)
        person = self.codes.check(user_id, now_ms)
        return person, Source(None, person.budget)

    def _counted_on(self, device: Device, now_ms: int) -> Budget | None:
        """Count a check on a device, and return its budget; None if it has guessed too often to be trusted."""
        try:
            return self.codes.check_on_device(device, now_ms)
        except ConditionFailedError as error:
            budget = budget_from_record(error.item or {})
        if budget.distrusted:
            return None
        raise _too_many_checks(budget, now_ms)


def _begun(person: Person, refresh: RefreshToken, now_ms: int) -> bool:
    """Return whether this attempt has begun a sign-in, which nobody has renewed since."""
    family = person.families.get(refresh.family_id)
    return family is not None and family.digest == refresh.digest and now_ms - family.rotated_at <= _REPEAT_MS


def _refusal(person: Person | None, now_ms: int) -> OtpInvalidError | TooManyAttemptsError:
    if person is None:
        return _invalid()
    if person.budget.locked(now_ms):
        return locked_error(person.budget, now_ms)
    if person.budget.checks >= CHECKS_PER_CODE and any(code.expires_at > now_ms for code in person.codes):
        return _too_many_checks(person.budget, now_ms)
    return _invalid()


def _too_many_checks(budget: Budget, now_ms: int) -> TooManyAttemptsError:
    reached = budget.send_limit(now_ms)
    wait = max(seconds_until(budget.next_send_at, now_ms), reached[1] if reached else 0)
    return TooManyAttemptsError("This code was tried too often. Ask for a new one.", _CHECKS, wait)


def _invalid() -> OtpInvalidError:
    return OtpInvalidError("The code is wrong, or no longer valid.")
