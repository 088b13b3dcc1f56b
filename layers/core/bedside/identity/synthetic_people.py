"""Synthetic people: clinicians of no real facility, who sign in once to check a new version of the product."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Final

from bedside.identity.audit import Entry
from bedside.identity.mac_keys import MacKeys
from bedside.identity.otp import code_digest, new_code
from bedside.identity.otp_repository import OtpRepository, Send, Source
from bedside.identity.person import CLINICIAN, Code, Person, newcomer, user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.phone_number import parse_phone
from bedside.kernel.errors import UnavailableError

# The facility of all of them. Nobody else belongs to it, and it has no patients.
FACILITY: Final = "deployment-check"
# How long their code can be used, in milliseconds; a check takes some seconds.
_CODE_LIFE_MS: Final = 120_000
_TRIES: Final = 8
_ORIGIN: Final = "deployment check"


@dataclass(frozen=True, slots=True)
class SyntheticPerson:
    """A person who exists for one check, and the code that signs them in once; no message has been sent."""

    person: Person = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SyntheticPeople:
    """Creates and removes them; `numbers` is a phone number that nobody has, with an X for each digit to choose.

    `random_below(n)` returns a secure random number from 0 to n - 1.
    """

    people: PersonRepository
    codes: OtpRepository
    pseudonym_key: bytes
    mac_keys: MacKeys
    countries: Collection[str]
    numbers: str
    random_below: Callable[[int], int]

    def create(self, now_ms: int) -> SyntheticPerson:
        """Register a verified clinician with a random number, and give them a code of two minutes.

        Raises InvalidRequestError if such numbers get no codes here, UnavailableError.
        """
        for _ in range(_TRIES):
            digits = "".join(str(self.random_below(10)) if digit == "X" else digit for digit in self.numbers)
            phone = parse_phone(digits, self.countries)
            user_id = user_id_of(self.pseudonym_key, phone)
            wanted = replace(newcomer(user_id, phone, (CLINICIAN,), FACILITY), verification="verified")
            person = self.people.register(wanted, self._entry("enrol", user_id, after=CLINICIAN), now_ms)
            if person is None:
                continue  # another check has the number
            code = new_code(self.random_below)
            stored = Code(code_digest(self.mac_keys.newest, user_id, code), now_ms + _CODE_LIFE_MS)
            send = Send(user_id, phone, stored, person, Source(None, person.budget), now_ms, now_ms)
            # Somebody may have guessed at codes for this number, or ask for one at this moment.
            if person.budget.failures == 0 and self.codes.send(send, ()):
                return SyntheticPerson(person, code)
            self.remove(person, now_ms)
        raise UnavailableError("There is no number for a synthetic person.")

    def remove(self, person: Person, now_ms: int) -> None:
        """Take roles, sign-ins and codes from the person; DynamoDB deletes what is left. Raises UnavailableError."""
        removed = self.people.change(
            person,
            "SET #ttl = :ttl, #families = :noFamilies REMOVE #roles, #facilityId, #verification, #createdAt, "
            "#lastSignInAt, #codes, #codesEndAt, #devices, #nextSendAt",
            {"ttl": now_ms // 1000, "noFamilies": {}},
            self._entry("remove", person.user_id, before=CLINICIAN),
            now_ms,
        )
        if not removed:
            raise UnavailableError("The synthetic person was changed by others.")

    def _entry(self, act: str, user_id: str, *, before: str = "", after: str = "") -> Entry:
        return Entry(act, "operator", user_id, FACILITY, _ORIGIN, before=before, after=after)
