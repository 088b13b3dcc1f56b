"""Checks of one-time codes: each is counted before it is made, on the device or for the number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.dynamodb import ConditionFailedError
from bedside.identity.device_token import Device, find_device
from bedside.identity.errors import OtpInvalidError, TooManyAttemptsError
from bedside.identity.mac_keys import MacKeys
from bedside.identity.otp import CHECKS_PER_CODE, seconds_until
from bedside.identity.otp_budget import Budget, budget_from_record
from bedside.identity.otp_delivery import locked_error
from bedside.identity.otp_repository import OtpRepository, Source
from bedside.identity.person import Person
from bedside.identity.person_repository import PersonRepository
from bedside.kernel.errors import Limit

_CHECKS: Final = Limit("otp-verify", CHECKS_PER_CODE, 600)


@dataclass(frozen=True, slots=True)
class CodeChecks:
    """Counts checks, so that concurrent guesses all count."""

    codes: OtpRepository
    people: PersonRepository
    mac_keys: MacKeys

    def on_trusted_device(
        self, user_id: str, tokens: Sequence[str], now_ms: int
    ) -> tuple[Person | None, Device | None]:
        """Return the person, and their device among those of the tokens; (None, None) if they trust none of them."""
        if find_device(self.mac_keys, user_id, tokens, now_ms) is None:
            return None, None
        person = self.people.find_unscoped(user_id)
        device = person and find_device(self.mac_keys, user_id, tokens, now_ms, person.trusts)
        return (person, device) if device else (None, None)

    def count(self, user_id: str, person: Person | None, device: Device | None, now_ms: int) -> tuple[Person, Source]:
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


def refusal(person: Person | None, now_ms: int) -> OtpInvalidError | TooManyAttemptsError:
    """Return why a check of a person's codes could not be counted."""
    if person is None:
        return invalid()
    if person.budget.locked(now_ms):
        return locked_error(person.budget, now_ms)
    if person.budget.checks >= CHECKS_PER_CODE and any(code.expires_at > now_ms for code in person.codes):
        return _too_many_checks(person.budget, now_ms)
    return invalid()


def _too_many_checks(budget: Budget, now_ms: int) -> TooManyAttemptsError:
    reached = budget.send_limit(now_ms)
    wait = max(seconds_until(budget.next_send_at, now_ms), reached[1] if reached else 0)
    return TooManyAttemptsError("This code was tried too often. Ask for a new one.", _CHECKS, wait)


def invalid() -> OtpInvalidError:
    """Return the error for a code that is none of the person's."""
    return OtpInvalidError("The code is wrong, or no longer valid.")
