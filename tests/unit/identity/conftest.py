"""The tables of people and of the audit trail, in memory, and what works in them."""

from dataclasses import dataclass
from typing import Any

import pytest

from bedside.adapters.aws.attributes import Item
from bedside.adapters.aws.dynamodb import Table
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.mac_keys import MacKeys
from bedside.identity.otp_repository import OtpRepository
from bedside.identity.person import Family, Person, newcomer, user_id_of
from bedside.identity.person_repository import PersonRepository
from bedside.identity.token_family_repository import TokenFamilyRepository
from tests.conftest import AUDIT, IDENTITY, client

NOW = 1_795_228_312_345
KEY, KEYS = b"pseudonym key", MacKeys((b"identity key",))
PHONE = "+64215550111"
USER = user_id_of(KEY, PHONE)


@dataclass(frozen=True)
class Registry:
    """Everything that reads and writes people; `randomness` is the trail's."""

    table: Table
    trail: AuditTrail
    people: PersonRepository
    families: TokenFamilyRepository
    codes: OtpRepository

    def register(self, *roles: str, facility: str | None = "FAC001", phone: str = PHONE) -> Person:
        """Give somebody a place."""
        user_id = user_id_of(KEY, phone)
        entry = Entry("create", "admin", user_id, facility, "203.0.113.7")
        person = self.people.register(newcomer(user_id, phone, roles or ("patient",), facility), entry, NOW)
        assert person
        return person

    def sign_in(self, user_id: str = USER, family_id: str = "f" * 16, digest: str = "d") -> None:
        self.families.create(user_id, family_id, digest, ends_at=NOW + 1000, now_ms=NOW)

    def raw(self, user_id: str = USER) -> Item:
        item = self.table.get(user_id)
        assert item
        return item

    def person(self, user_id: str = USER) -> Person:
        found = self.people.find_unscoped(user_id)
        assert found
        return found

    def family(self, family_id: str = "f" * 16) -> Family | None:
        return self.person().families.get(family_id)

    def entries(self) -> list[dict[str, Any]]:
        """Give the audit trail, oldest first."""
        items = client("dynamodb").scan(TableName=AUDIT)["Items"]
        return sorted(({name: value["S"] for name, value in item.items()} for item in items), key=lambda it: it["sk"])


@pytest.fixture
def registry(aws: None) -> Registry:  # noqa: ARG001  # the tables are in memory
    table = Table(IDENTITY)
    made = iter(range(1, 1_000_000))
    trail = AuditTrail(Table(AUDIT), lambda count: next(made).to_bytes(count))
    return Registry(
        table, trail, PersonRepository(table, trail), TokenFamilyRepository(table, trail), OtpRepository(table)
    )
