"""A photo's way into the patient's record: how far it has come, and when something has to happen. No I/O."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from bedside.commits.states import UNDER_WAY, Cause, FileState, transition
from bedside.ports.records import DocumentKind, Receipt, RecordPatient, Refusal
from bedside.ports.rendering import ContentType

_SECOND_MS: Final = 1000
_MINUTE_MS: Final = 60 * _SECOND_MS
_DAY_MS: Final = 24 * 60 * _MINUTE_MS
# Longer than the functions may run (template.yaml), so that nobody who lost a lease still acts.
RENDERING_MS: Final = 3 * _MINUTE_MS
SENDING_MS: Final = 3 * _MINUTE_MS
# A request whose answer was lost may still be worked on, and searches lag behind: nobody searches sooner.
SETTLING_MS: Final = _MINUTE_MS
# What waits for a message that may have got lost.
MESSAGE_MS: Final = 5 * _MINUTE_MS
# Pauses double from the first to the last, which is as long as SQS can delay a message.
_FIRST_PAUSE_MS: Final = 15 * _SECOND_MS
LONGEST_PAUSE_MS: Final = 15 * _MINUTE_MS
# With the pauses, the last try is about two hours after the first.
MOST_TRIES: Final = 12
# Searches after the last try, while the record does not answer them.
_MOST_SEARCHES: Final = 6
MOST_RENDERINGS: Final = 4
# How long a file waits for functions that do not run, before a person has to decide.
PATIENCE_MS: Final = _DAY_MS

# Why a file failed, for people to act on: the record's refusal, or one of ours.
Failure = Literal[
    "gave-up",
    "letters-missing",
    "not-found-by-a-person",
    "patient-changed",
    "photo-unreadable",
    "record-changed",
    "rendering-failed",
    "too-large",
]
type Problem = Failure | Refusal
# What to do about a file whose turn it is.
type Act = Literal["send", "search-then-send", "search", "give-up"]


@dataclass(frozen=True, slots=True)
class Place:
    """The photo of a file, and where it is."""

    facility_id: str
    encounter_id: str
    session_key: str
    image_id: str


@dataclass(frozen=True, slots=True)
class Order:
    """A commit that asks for a file: who made it, for which record, and when (Unix ms).

    Once it is in the record, the photo stays here for `kept_days` more. `patient` is whose it is, as known then.
    """

    commit_id: str
    author_id: str
    target: str
    at: int
    kept_days: int
    patient: RecordPatient


@dataclass(frozen=True, slots=True)
class File:
    """One photo or text of an encounter and its way into the record; instants in Unix ms.

    `key` names it for good, and `identifier` in the record, also if it is tried again or committed again. `version`
    counts its changes, each of which is conditional on it; so whoever has lost their lease cannot write. `due_at` is
    when somebody has to look at it, or a lease ends; before `not_before`, nobody acts. `edits` is the version of what
    is drawn on the photo, `target` the record that it goes to, `tries` how often it was about to be sent. `confirmed`
    is what a clinician has said is right about the photo's side (see `gate`). Notes have their visit as encounter, no
    session and no photo, their addenda counted in `edits`, and the directory's patient. It is rendered, sent and
    searched for with `patient` alone, whatever the directory says by then.
    """

    key: str
    identifier: str
    facility_id: str
    encounter_id: str
    session_key: str
    image_id: str
    commit_id: str
    author_id: str
    committed_at: int
    target: str
    kept_days: int
    kind: DocumentKind = "photo"
    edits: int = 0
    state: FileState = "pending"
    due_at: int | None = None
    not_before: int = 0
    tries: int = 0
    renderings: int = 0
    rendered: str = ""
    content_type: ContentType | None = None
    digest: str = ""
    document_id: str = ""
    warnings: tuple[str, ...] = ()
    problem: str = ""
    changed_at: int = 0
    version: int = 0
    resolved_by: str = ""
    patient_record_id: str = ""
    confirmed: str = ""
    patient: RecordPatient | None = None

    @property
    def kept_until(self) -> int:
        """The instant (Unix ms) until which a photo stays that the record has."""
        return self.changed_at + self.kept_days * _DAY_MS

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    def moved(self, cause: Cause, now_ms: int, due_at: int | None = None, not_before: int = 0) -> "File":
        """Return the file after a transition. Raises WrongStateError if there is none."""
        return replace(
            self,
            state=transition(self.state, cause).target,
            due_at=due_at,
            not_before=not_before,
            changed_at=now_ms,
            version=self.version + 1,
        )

    def act(self) -> Act:
        """Return what to do about the file, which is ready or being committed."""
        doubtful = self.state == "committing"
        if self.tries < MOST_TRIES:
            # A record that has refused to answer before is searched too, in case it did not tell the truth.
            return "search-then-send" if doubtful or self.tries else "send"
        if not doubtful:
            return "give-up"
        return "search" if self.tries < MOST_TRIES + _MOST_SEARCHES else "give-up"


def asked(name: str, identifier: str, place: Place, order: Order, edits: int) -> File:
    """Return the file of a photo that is committed for the first time."""
    return File(
        key=name,
        identifier=identifier,
        facility_id=place.facility_id,
        encounter_id=place.encounter_id,
        session_key=place.session_key,
        image_id=place.image_id,
        commit_id=order.commit_id,
        author_id=order.author_id,
        committed_at=order.at,
        target=order.target,
        kept_days=order.kept_days,
        edits=edits,
        due_at=order.at + MESSAGE_MS,
        changed_at=order.at,
        patient=order.patient,
    )


def retried(file: File, order: Order, edits: int) -> File:
    """Return a file that had failed, and is committed again. Raises WrongStateError if it had not."""
    return replace(
        file.moved("retried", order.at, order.at + MESSAGE_MS),
        commit_id=order.commit_id,
        author_id=order.author_id,
        committed_at=order.at,
        target=order.target,
        kept_days=order.kept_days,
        edits=edits,
        patient=order.patient,
        # It was sent before, so it is searched for first.
        tries=min(file.tries, 1),
        renderings=0,
        problem="",
        resolved_by="",
    )


def rendering(file: File, now_ms: int) -> File:
    """Return a file that somebody renders, until their lease ends."""
    until = now_ms + RENDERING_MS
    return replace(file.moved("renderingBegan", now_ms, until, until), renderings=file.renderings + 1)


def rendered(file: File, key: str, content_type: ContentType, digest: str, now_ms: int) -> File:
    """Return a file whose document is stored under `key`, and waits for being sent."""
    ready = file.moved("rendered", now_ms, now_ms + MESSAGE_MS)
    return replace(ready, rendered=key, content_type=content_type, digest=digest)


def sending(file: File, now_ms: int) -> File:
    """Return a file that somebody is about to send, or to search for, until their lease ends."""
    until = now_ms + SENDING_MS
    return replace(file.moved("sent", now_ms, until, until), tries=file.tries + 1, problem="")


def stored(file: File, receipt: Receipt, now_ms: int) -> File:
    """Return a file that the record has."""
    return replace(file.moved("stored", now_ms), document_id=receipt.document_id, warnings=receipt.warnings, problem="")


def postponed(file: File, retry_after_ms: int | None, now_ms: int, problem: str = "") -> File:
    """Return a file that the record wants later, and certainly does not have; `problem` is why, if it never will."""
    later = now_ms + pause_ms(file.tries, retry_after_ms)
    return replace(file.moved("postponed", now_ms, later, later), problem=problem)


def doubtful(file: File, now_ms: int, retry_after_ms: int | None = None) -> File:
    """Return a file that the record may have: it is searched for before it is sent again."""
    later = now_ms + max(SETTLING_MS, pause_ms(file.tries, retry_after_ms))
    return file.moved("answerLost", now_ms, later, later)


def put_off(file: File, until: int) -> File:
    """Return a file that nobody acts on until then (Unix ms), without a try being used up."""
    return replace(file, due_at=until, not_before=until, version=file.version + 1)


def ended(file: File, cause: Cause, problem: Problem, now_ms: int) -> File:
    """Return a file that nothing is done about unless somebody asks, because of a problem."""
    return replace(file.moved(cause, now_ms), problem=problem)


def given_up(file: File, now_ms: int) -> File:
    """Return a file that was tried too often, or for too long: unknown if the record may have it, or else failed."""
    cause: Cause = "searchImpossible" if file.state == "committing" else "gaveUp"
    return replace(file.moved(cause, now_ms), problem=file.problem or "gave-up")


def resolved(file: File, document_id: str | None, by: str, now_ms: int) -> File:
    """Return a file that a person has looked for in the record: found under this id there, or not at all."""
    if document_id is None:
        return replace(ended(file, "denied", "not-found-by-a-person", now_ms), resolved_by=by)
    return replace(file.moved("confirmed", now_ms), document_id=document_id, problem="", resolved_by=by)


def pause_ms(tries: int, retry_after_ms: int | None = None) -> int:
    """Return how long to wait after so many tries; at least as long as the record asks for, within bounds."""
    own = _FIRST_PAUSE_MS << max(0, min(tries, MOST_TRIES) - 1)
    return min(LONGEST_PAUSE_MS, max(own, retry_after_ms or 0))
