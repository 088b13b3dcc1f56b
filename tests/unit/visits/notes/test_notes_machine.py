"""Whatever is saved, signed, added, released and repeated in whatever order: what was signed stays as it was."""

from contextlib import suppress
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bedside.adapters.aws.dynamodb import Table
from bedside.identity.principal import Principal
from bedside.kernel.errors import PreconditionFailedError
from bedside.visits.errors import NotesEmptyError, NotesNotSignedError, NotesSignedError
from bedside.visits.model import Visit
from bedside.visits.notes.model import FIELDS, Notes
from bedside.visits.notes.repository import NotesRepository
from bedside.visits.notes.service import AddendumRequest, NotesRequest, NotesService
from tests.examples import examples
from tests.unit.visits.life import BOOKED, RULES, T

WHO = Principal(BOOKED.practitioner_id, "family", BOOKED.facility_id, ("clinician",), verified_clinician=True)
NUMBERS = count()
REFUSED = (NotesEmptyError, NotesNotSignedError, NotesSignedError, PreconditionFailedError)
texts = st.sampled_from(["", "Rest.", "Rest and tea."])
# How far behind the version is that a page has read.
lags = st.sampled_from([0, 0, 0, 1, 2])


class NotesMachine(RuleBasedStateMachine):
    """One visit that is over, and pages that may have read an earlier version."""

    table: Table

    def __init__(self) -> None:
        super().__init__()
        self.visit = replace(BOOKED, visit_id=f"visit-{next(NUMBERS)}", state="completed")
        self.table.put({"pk": self.visit.visit_id}, condition="attribute_not_exists(#pk)", values={})
        self.repository = NotesRepository(self.table)
        visits, people = SimpleNamespace(get=self._visit), SimpleNamespace(find_unscoped=lambda _: None)
        self.service = NotesService(cast("Any", visits), self.repository, cast("Any", people), cast("Any", None), RULES)
        self.seen = [Notes()]

    def _visit(self, visit_id: str) -> Visit:
        item = self.table.get(visit_id) or {}
        return replace(self.visit, notes_state=item.get("notesState", "none"))

    def _do(self, method: str, lag: int, *request: Any) -> None:
        seen = f'"{max(0, self.seen[-1].version - lag)}"'
        with suppress(*REFUSED):
            _, version = getattr(self.service, method)(WHO, self.visit.visit_id, *request, seen, T)
            assert version == self.repository.get(self.visit.visit_id).version

    @rule(plan=texts, lag=lags)
    def save(self, plan: str, lag: int) -> None:
        self._do("save", lag, NotesRequest(chief_complaint="", observations="", assessment="", plan=plan))

    @rule(lag=lags)
    def sign(self, lag: int) -> None:
        self._do("sign", lag)

    @rule(text=st.sampled_from(["Healed.", "Not quite."]), lag=lags)
    def extend(self, text: str, lag: int) -> None:
        self._do("extend", lag, AddendumRequest(text=text))

    @rule(lag=lags)
    def release(self, lag: int) -> None:
        self._do("release", lag)

    @invariant()
    def what_was_signed_stays(self) -> None:
        """A change makes one version, and nothing that was signed, added or released changes or goes."""
        before, now = self.seen[-1], self.repository.get(self.visit.visit_id)
        assert now.version == before.version + (now != before)
        assert now.addenda[: len(before.addenda)] == before.addenda
        assert now.releases[: len(before.releases)] == before.releases
        if before.signature:
            assert (now.texts, now.saved_version, now.signature) == (
                before.texts,
                before.saved_version,
                before.signature,
            )
        else:
            assert not now.addenda + now.releases
        self.seen.append(now)
        self._every_version_is_kept(now)

    def _every_version_is_kept(self, now: Notes) -> None:
        """The latest is the one that is signed, and the visit itself says how far the notes are."""
        versions = list(self.repository.list_versions(self.visit.visit_id, now.saved_version))
        assert [int(each["version"]) for each in versions] == [*range(now.saved_version, 0, -1)][:50]
        assert not versions or {name: versions[0][name] for name in FIELDS} == now.texts
        item = self.table.get(self.visit.visit_id) or {}
        assert item.get("notesState", "none") == now.state


def test_signed_notes_never_change(table: Table) -> None:
    """Stale pages, repeated requests and refusals included."""
    run_state_machine_as_test(
        type("Machine", (NotesMachine,), {"table": table}),
        settings=settings(max_examples=examples(25), stateful_step_count=15, deadline=None),
    )
