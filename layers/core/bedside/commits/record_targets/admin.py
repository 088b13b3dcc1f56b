"""Sets up facilities' records. Secrets are written here, and can be read by the function that sends documents only."""

import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from bedside.commits.errors import NoRecordTargetError
from bedside.commits.record_targets.keys import Proof, new_proof
from bedside.commits.record_targets.repository import TargetRepository
from bedside.commits.record_targets.representation import FacilityTargetDocument, facility_target_document
from bedside.commits.record_targets.requests import TargetRequest
from bedside.commits.record_targets.target import Check, Settings, Target, place, told
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.principal import Admin
from bedside.kernel.errors import (
    FieldFault,
    ForbiddenError,
    InvalidRequestError,
    PreconditionFailedError,
    UnavailableError,
)
from bedside.kernel.versions import version_seen
from bedside.kernel.wire import IDENTIFIER, IDENTIFIER_RULE
from bedside.ports.queue import DelayQueue

_CHANGED: Final = "The facility's record was changed elsewhere."


class AddressRule(Protocol):
    """Knows which addresses records may have."""

    def parse(self, url: str) -> object:
        """Raise ValueError for an address that is not allowed."""
        ...


class SecretStore(Protocol):
    """Keeps secrets, which it does not return. Raises UnavailableError."""

    def put(self, secret_id: str, secret: str) -> None: ...

    def delete(self, secret_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class TargetAdmin:
    """Reads, changes and tests facilities' records, for administrators of the system."""

    repository: TargetRepository
    secrets: SecretStore
    hosts: AddressRule
    audit: AuditTrail
    queue: DelayQueue
    new_uuid: Callable[[], uuid.UUID] = uuid.uuid4

    def get(self, admin: Admin, facility_id: str, now_ms: int) -> tuple[FacilityTargetDocument, int]:
        """Return a facility's record and its version. Raises ForbiddenError, InvalidRequestError."""
        self._require(admin, facility_id)
        target = self.repository.find(facility_id)
        return facility_target_document(facility_id, target, now_ms), target.version if target else 0

    def save(
        self, admin: Admin, facility_id: str, request: TargetRequest, if_match: str | None, now_ms: int
    ) -> tuple[FacilityTargetDocument, int]:
        """Set a facility's record up, or change it; return it and its new version.

        A secret is stored under a name of its own before the settings refer to it, so that both change together.
        Raises ForbiddenError, InvalidRequestError, PreconditionRequiredError,
        PreconditionFailedError.
        """
        self._require(admin, facility_id)
        before, settings = self.repository.find(facility_id), request.settings()
        self._require_addresses(settings)
        seen = version_seen(if_match, lambda: before.version if before else 0, _CHANGED)
        if seen != (before.version if before else 0):
            raise PreconditionFailedError(_CHANGED, before.version if before else 0)
        proof = new_proof(before, settings, request, self.new_uuid)
        target = self._changed(facility_id, before, settings, proof, admin, now_ms)
        if proof.secret:
            self.secrets.put(proof.secret_id, proof.secret)
        entry = Entry(
            "change-record-target",
            admin.user_id,
            facility_id,
            facility_id,
            admin.origin,
            told(before.settings) if before else "",
            told(settings),
        )
        if not self.repository.save(target, self.audit.add_change(entry, now_ms)):
            if proof.secret:
                self._forget(proof.secret_id)
            current = self.repository.find(facility_id)
            raise PreconditionFailedError(_CHANGED, current.version if current else 0)
        if before and before.secret_id != target.secret_id:
            self._forget(before.secret_id)
        return facility_target_document(facility_id, target, now_ms), target.version

    def test(self, admin: Admin, facility_id: str, now_ms: int) -> FacilityTargetDocument:
        """Have the connection tested; the findings are read with the target.

        Raises ForbiddenError, NoRecordTargetError, UnavailableError.
        """
        self._require(admin, facility_id)
        target = self.repository.find(facility_id)
        if target is None:
            raise NoRecordTargetError("The facility has no record yet.")
        if not target.checking(now_ms):
            check = Check("running", now_ms)
            if self.repository.save_check(target, check):
                self.queue.send({"check": facility_id})
            target = self.repository.find(facility_id) or target
        return facility_target_document(facility_id, target, now_ms)

    def _forget(self, secret_id: str) -> None:
        """Delete a secret that nothing refers to; one that cannot be deleted is of no use to anybody."""
        with suppress(UnavailableError):
            self.secrets.delete(secret_id)

    def _changed(
        self, facility_id: str, before: Target | None, settings: Settings, proof: Proof, admin: Admin, now_ms: int
    ) -> Target:
        same_place = before is not None and before.place == place(settings)
        return Target(
            facility_id=facility_id,
            name=before.name if before and same_place else self.new_uuid().hex,
            settings=settings,
            secret_id=proof.secret_id,
            version=(before.version if before else 0) + 1,
            changed_at=now_ms,
            changed_by=admin.user_id,
            public_key=proof.public_key,
        )

    def _require(self, admin: Admin, facility_id: str) -> None:
        if not admin.everywhere:
            raise ForbiddenError("Only administrators of the system set up records.")
        if not re.fullmatch(IDENTIFIER, facility_id):
            raise InvalidRequestError([FieldFault("facilityId", IDENTIFIER_RULE, "identifier")])

    def _require_addresses(self, settings: Settings) -> None:
        """Raise InvalidRequestError for an address that must not be reached."""
        faults = []
        for name in ("base_url", "token_url"):
            address = getattr(settings, name, "")
            try:
                if address:
                    self.hosts.parse(address)
            except ValueError:
                field = "tokenUrl" if name == "token_url" else "baseUrl"
                faults.append(FieldFault(f"{settings.kind}.{field}", "This address is not allowed."))
        if faults:
            raise InvalidRequestError(faults)
