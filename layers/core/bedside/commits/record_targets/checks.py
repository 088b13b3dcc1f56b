"""Tests connections to records, where the secrets are."""

from collections.abc import Callable
from dataclasses import dataclass

from bedside.commits.record_targets.connections import Connections
from bedside.commits.record_targets.repository import TargetRepository
from bedside.commits.record_targets.target import Check, CheckState
from bedside.kernel.errors import UnavailableError
from bedside.ports.records import Finding


@dataclass(frozen=True, slots=True)
class Checks:
    """Does the tests that administrators ask for."""

    repository: TargetRepository
    connections: Connections
    now: Callable[[], int]

    def run(self, facility_id: str) -> Check | None:
        """Test a facility's connection, and store what was found; None if none was asked for.

        Raises UnavailableError if nothing could be stored.
        """
        target = self.repository.find(facility_id)
        if target is None or target.check is None or target.check.state != "running":
            return None
        try:
            findings = tuple(self.connections.to(target).check())
        except UnavailableError as error:
            findings = (Finding("connection", ok=False, detail=error.cause or error.detail),)
        state: CheckState = "passed" if all(each.ok for each in findings) else "failed"
        check = Check(state, self.now(), findings)
        self.repository.save_check(target, check)
        return check
