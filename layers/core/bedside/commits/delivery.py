"""Takes files to facilities' records: each arrives once, however often a message comes, and whoever dies over it.

Before the record is told, the file says so. If the answer is lost, or whoever sent the file dies, the record is
searched by the file's identifier before it is told again; if it cannot be searched, a person decides.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bedside.commits.documents import Documents, NotReadableError, PatientChangedError
from bedside.commits.file import File, Problem, doubtful, ended, given_up, postponed, put_off, sending, stored
from bedside.commits.messages import Messages
from bedside.commits.outcomes import Outcomes
from bedside.commits.repository import CommitRepository
from bedside.commits.targets import TargetConnections
from bedside.kernel.errors import UnavailableError
from bedside.ports.records import (
    Receipt,
    RecordBusyError,
    RecordDocument,
    RecordMismatchError,
    RecordRefusedError,
    RecordSearchError,
    RecordTarget,
    RecordUnknownError,
)

# How long a facility's other files wait once its record did not answer: each would take as long to find that out, and
# keep those of other facilities waiting.
PAUSE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivers files; `now` returns the time (Unix ms), which passes while records answer."""

    repository: CommitRepository
    documents: Documents
    targets: TargetConnections
    outcomes: Outcomes
    messages: Messages
    now: Callable[[], int]
    # Facilities whose record is left alone until an instant (Unix ms); each process finds out for itself.
    _paused: dict[str, int] = field(default_factory=dict)

    def deliver(self, name: str) -> File | None:
        """Do what has to happen to a file that is ready or being committed, and return it; None if nothing has to.

        Raises UnavailableError, after which a later message goes on.
        """
        file, now_ms = self.repository.find_file(name), self.now()
        if file is None or file.state not in {"ready", "committing"}:
            return None
        if file.not_before > now_ms:
            return None  # a message for that time is on its way
        if (until := self._paused.get(file.facility_id, 0)) > now_ms:
            self._put_off(file, until, now_ms)
            return None
        if file.act() == "give-up":
            return self._settle(file, given_up(file, now_ms))
        claimed = sending(file, now_ms)
        if not self.repository.save(file, claimed):
            return None  # somebody else acts
        after = self._attempt(file, claimed)
        return self._settle(claimed, after)

    def _settle(self, before: File, after: File) -> File | None:
        settled = self.outcomes.settle(before, after, self.now())
        if settled and settled.under_way:
            self.messages.send(settled, self.now())
        elif settled:
            # The patient may be named on it; whoever tries again has it rendered anew.
            self.documents.discard(settled)
        return settled

    def _put_off(self, file: File, until: int, now_ms: int) -> None:
        later = put_off(file, until)
        # Only once per pause, however many messages come: each would send another one.
        if self.repository.save(file, later):
            self.messages.send(later, now_ms)

    def _pause(self, file: File) -> None:
        self._paused[file.facility_id] = self.now() + PAUSE_MS

    def _attempt(self, before: File, claimed: File) -> File:
        """Search for a file, or send it, and return it as it is then."""
        doubt = before.state == "committing"

        def uncertain(wait_ms: int | None = None) -> File:
            """Return the file as it was before: the record has it as certainly, or as uncertainly, as then."""
            return doubtful(claimed, self.now(), wait_ms) if doubt else postponed(claimed, wait_ms, self.now())

        try:
            target = self.targets.connect(claimed.facility_id, claimed.target)
            if target is None:
                return self._without_target(claimed, doubt=doubt)
            document = self.documents.of(claimed)
            return self._search_and_send(target, document, before, claimed) or uncertain()
        except NotReadableError:
            problem: Problem = "photo-unreadable" if claimed.kind == "photo" else "rendering-failed"
            return uncertain() if doubt else ended(claimed, "refused", problem, self.now())
        except PatientChangedError:
            return ended(claimed, "refused", "patient-changed", self.now())
        except RecordBusyError as error:  # nothing was sent
            self._pause(claimed)
            return uncertain(error.retry_after_ms)
        except UnavailableError:
            self._pause(claimed)
            return uncertain()

    def _without_target(self, claimed: File, *, doubt: bool) -> File:
        """Return a file whose record the facility has given up, or exchanged for another."""
        return ended(claimed, "searchImpossible" if doubt else "refused", "record-changed", self.now())

    def _search_and_send(
        self, target: RecordTarget, document: RecordDocument, before: File, claimed: File
    ) -> File | None:
        """Return the file as the record's answers leave it; None if it did not say anything about the file."""
        act, doubt = before.act(), before.state == "committing"
        if act != "send":
            try:
                found = target.find(document.identifier, document.patient)
            except RecordMismatchError:  # only a person can say whose it is
                return ended(claimed, "searchImpossible", "patient-mismatch", self.now())
            except RecordSearchError:
                if doubt:
                    return claimed.moved("searchImpossible", self.now())
                found = None
            except RecordRefusedError as error:  # it does not let us in
                return None if doubt else self._refused(claimed, error)
            if found:
                return stored(claimed, self._with_warning(found, claimed), self.now())
            if act == "search":
                return ended(claimed, "gaveUp", "gave-up", self.now())
        if self.documents.patient_changed(claimed):
            raise PatientChangedError
        return self._send(target, document, claimed)

    def _with_warning(self, found: Receipt, claimed: File) -> Receipt:
        """Return the receipt of what a search found, which says so if the patient was corrected since it was sent."""
        if self.documents.patient_changed(claimed):
            return replace(found, warnings=(*found.warnings, "patient-changed"))
        return found

    def _refused(self, claimed: File, error: RecordRefusedError) -> File:
        """Return a file that the record refuses: for good, unless it will let us in once somebody has seen to that."""
        if error.reason == "sign-in-refused":
            return postponed(claimed, None, self.now(), error.reason)
        return ended(claimed, "refused", error.reason, self.now())

    def _send(self, target: RecordTarget, document: RecordDocument, claimed: File) -> File:
        try:
            receipt = target.create(document)
        except RecordRefusedError as error:
            return self._refused(claimed, error)
        except RecordBusyError as error:
            return postponed(claimed, error.retry_after_ms, self.now())
        except RecordUnknownError as error:
            if error.vouched:
                return claimed.moved("searchImpossible", self.now())
            self._pause(claimed)
            return doubtful(claimed, self.now(), error.retry_after_ms)
        except UnavailableError:
            self._pause(claimed)
            return postponed(claimed, None, self.now())
        return stored(claimed, receipt, self.now())
