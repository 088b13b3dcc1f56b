"""A desk that commits a photo, over tables, a bucket, queues and a record in memory, whose functions may die."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from bedside.adapters.aws.dynamodb import Table
from bedside.adapters.aws.s3 import Part
from bedside.capture.commit_holds import CommitHolds
from bedside.capture.edit_repository import EditRepository
from bedside.capture.image import Image
from bedside.capture.image_repository import ImageRepository
from bedside.capture.model import Session
from bedside.capture.object_keys import session_key
from bedside.capture.session_access import SessionAccess
from bedside.capture.session_handles import HashedToken, Ticket
from bedside.capture.session_repository import SessionRepository
from bedside.commits.banners import Banners
from bedside.commits.commits import Commits
from bedside.commits.delivery import Delivery
from bedside.commits.documents import Documents
from bedside.commits.file import File
from bedside.commits.messages import Messages
from bedside.commits.notes.renderings import NoteRenderings
from bedside.commits.outcomes import Outcomes
from bedside.commits.overdue import OverdueFiles
from bedside.commits.renderings import Renderings
from bedside.commits.repository import CommitRepository
from bedside.commits.requests import CommitRequest, ResolveRequest
from bedside.commits.second_tries import FilePath, SecondTries
from bedside.commits.subjects import Subjects
from bedside.identity.audit import AuditTrail
from bedside.identity.principal import Clinician
from bedside.live.subscriptions import Subscriber
from bedside.patients.patient import Patient
from bedside.visits.notes.model import EMPTY, Author, Notes, Signature
from bedside.visits.notes.repository import NotesRepository
from tests.fakes.delay_queue import DelayedMessages
from tests.fakes.faulty_record import FacilityRecord, FaultyRecord, PassingRenderer
from tests.lives import DiedError, Mortal, tables
from tests.tables import AUDIT, COMMITS, TABLE, VISITS

NOW: Final = 1_795_228_200_000
MINUTE: Final = 60_000
KEY: Final = b"k" * 32
CLINICIAN: Final = Clinician("u" * 24, "f", "FAC001")
VISIT: Final = "visit7777"
PATIENT: Final[Mapping[str, str]] = {"patientId": "PAT-1", "patientName": "Aroha Ngata"}
# As long as SQS hides a message that a function has received.
HIDDEN_MS: Final = 4 * MINUTE
METADATA: Final[Mapping[str, Any]] = {
    "bodySite": {"code": "forearm", "display": "Forearm"},
    "laterality": {"code": "left", "display": "Left"},
    "imageType": {"code": "close-up", "display": "Close-up"},
}


@dataclass
class Store:
    """Objects of the bucket."""

    mortal: Mortal
    objects: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def read_start(self, key: str, most: int) -> Part | None:
        found = self.objects.get(key)
        return None if found is None else Part(len(found), found[:most])

    def create(self, key: str, content: bytes, content_type: str) -> bool:
        assert content_type == ("application/pdf" if key.endswith(".pdf") else "image/jpeg")
        self.mortal()
        self.objects[key] = content
        return True

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.objects.pop(key, None)

    def tag(self, key: str, tag: str) -> None:
        self.tags[key] = tag


class SignedNotes:
    """A visit's notes, which are signed."""

    def __init__(self) -> None:
        self.kept = Notes(
            3, {**EMPTY, "plan": "Rest."}, 2, NOW, "u", Signature(NOW, Author(CLINICIAN.user_id, "Dr Ngaio Marsh"))
        )

    def get(self, visit_id: str) -> Notes:
        return self.kept if visit_id == VISIT else Notes()


class Directory:
    """One patient, who signs in."""

    def __init__(self) -> None:
        self.also: tuple[str, ...] = ()
        self.patient: Patient | None = Patient(
            "PAT-1", "FAC001", "Mere Pāki", None, None, None, (), "ext-1", "person", NOW, NOW, 1
        )

    def find(self, facility_id: str, patient_id: str) -> Patient | None:
        known = facility_id == "FAC001" and patient_id in {"PAT-1", *self.also}
        return replace(self.patient, patient_id=patient_id) if self.patient and known else None


class Nobody:
    """Nobody is known, and nobody listens; but `told` has what would have been heard."""

    def __init__(self) -> None:
        self.told: list[Mapping[str, Any]] = []

    def find(self, *_: object) -> None: ...

    def publish(self, _session: Session, message: Mapping[str, Any], _now: int) -> None:
        self.told.append(message)

    def announce(self, _session: Session, message: Mapping[str, Any], _name: str, _now: int) -> None:
        self.told.append(message)


class Queue(DelayedMessages):
    """A queue, of whose senders one may die."""

    mortal: Mortal

    def send(self, message: Mapping[str, str], *, delay_s: int = 0) -> None:
        self.mortal()
        super().send(message, delay_s=delay_s)


class Desk:
    """An encounter with photos, and the functions that commit them, at an instant that moves on."""

    def __init__(self, mortal: Mortal) -> None:
        self.now, self.mortal, self.record = NOW, mortal, FaultyRecord()
        self.record.hook = mortal
        self.store, self.nobody, self.facility = Store(self.mortal), Nobody(), FacilityRecord(self.record)
        self.sessions = SessionRepository(Table(TABLE), life_ms=24 * 60 * MINUTE)
        self.images = ImageRepository(self.sessions, limit=20)
        self.repository = CommitRepository(Table(COMMITS))
        self.holds = CommitHolds(Table(TABLE), self.sessions)
        self.renderings_queue, self.records_queue = Queue(lambda: self.now), Queue(lambda: self.now)
        self.renderings_queue.mortal = self.records_queue.mortal = self.mortal
        self.outcomes_seen: list[File] = []
        self.notes, self.directory = SignedNotes(), Directory()
        nobody: Any = self.nobody
        notes: Any = self.notes
        directory: Any = self.directory
        store: Any = self.store
        self.subjects = subjects = Subjects(directory)
        self.messages = messages = Messages(lambda: self.renderings_queue, lambda: self.records_queue)
        self.outcomes = outcomes = Outcomes(
            self.repository,
            self.sessions,
            self.holds,
            lambda: nobody,
            self.outcomes_seen.append,
            NotesRepository(Table(VISITS)).prepare_event,
        )
        self.audit = AuditTrail(Table(AUDIT), self._random)
        self.commits = Commits(
            self.repository,
            self.sessions,
            self.holds,
            subjects,
            self.facility,
            outcomes,
            messages,
            self.audit,
            KEY,
            self._uuid,
        )
        self.second_tries = SecondTries(
            self.repository, self.sessions, self.holds, subjects, self.facility, outcomes, messages, self.audit
        )
        self.renderings = Renderings(
            self.repository,
            self.sessions,
            EditRepository(Table(TABLE), self.sessions),
            self.facility,
            store,
            subjects,
            Banners(lambda _facility: "UTC"),
            PassingRenderer,
            NoteRenderings(notes, subjects, lambda _facility: "UTC", PassingRenderer),
            outcomes,
            messages,
            lambda: self.now,
        )
        documents = Documents(self.sessions, subjects, nobody, notes, store, lambda *_: None)
        self.delivery = Delivery(self.repository, documents, self.facility, outcomes, messages, lambda: self.now)
        self.overdue = OverdueFiles(self.repository, messages, outcomes)
        self.session_key = session_key(KEY, "FAC001", "ENC-1")
        self._uuids = 0

    @classmethod
    @contextmanager
    def opened(cls, *image_ids: str, mortal: Mortal | None = None) -> Iterator[Self]:
        """Give a desk whose encounter has photos, with consent and all that the gate wants."""
        mortal = mortal or Mortal()
        with tables(mortal):
            desk = cls(mortal)
            with mortal.spared():
                facts = {
                    "facilityId": "FAC001",
                    "encounterId": "ENC-1",
                    "patientId": "PAT-1",
                    "patientName": "Aroha Ngata",
                }
                ticket = Ticket("l", NOW + 9, Subscriber("u", "f"))
                SessionAccess(desk.sessions).open(desk.session_key, facts, HashedToken("t", NOW + 9), ticket, NOW)
                for image_id in image_ids or ("a",):
                    desk.arrive(image_id)
                consent = {"consent": {"manner": "spoken", "at": NOW}}
                desk.sessions.change(desk.session_key, "SET #consent = :consent", values=consent, now_ms=NOW)
            yield desk

    def arrive(self, image_id: str, **changes: Any) -> None:
        key = f"sessions/FAC001/ENC-1/{NOW}_{image_id}.jpg"
        self.store.objects[key] = b"photo " + image_id.encode()
        picture = {"key": key, "uploadedAt": NOW, "metadata": {**METADATA, **changes}, "notified": True}
        self.images.add(self.session_key, NOW, image_id, picture, NOW)

    @property
    def session(self) -> Session:
        found = self.sessions.find_stored(self.session_key)
        assert found
        return found

    def image(self, image_id: str = "a") -> Image:
        return self.session.images[image_id]

    def request(self, *image_ids: str, **more: Any) -> CommitRequest:
        images = [{"imageId": each, "version": self.image(each).revision} for each in image_ids or ("a",)]
        return CommitRequest.model_validate({"images": images, "patient": PATIENT, **more})

    def commit(self, *image_ids: str, key: str | None = None) -> str:
        """Commit photos, again if the function dies, and return the commit's id."""
        request = self.request(*image_ids)
        made = self.lived(lambda: self.commits.create(CLINICIAN, "ENC-1", request, key or "key", self.now))
        return str(made["commitId"])

    def lived(self, do: Callable[[], Any]) -> Any:
        try:
            return do()
        except DiedError:
            return do()

    def file(self, image_id: str = "a") -> File:
        found = self.repository.find_file(f"{self.session_key}#{image_id}#{NOW}")
        assert found
        return found

    def path(self, image_id: str = "a") -> FilePath:
        return FilePath("ENC-1", self.file(image_id).commit_id, image_id)

    def retry(self, image_id: str = "a") -> None:
        path = self.path(image_id)
        self.lived(lambda: self.second_tries.retry(CLINICIAN, path, self.now))

    def resolve(self, document_id: str | None = None, image_id: str = "a") -> None:
        path, request = self.path(image_id), ResolveRequest(document_id=document_id, absent=document_id is None)
        self.lived(lambda: self.second_tries.resolve(CLINICIAN, path, request, self.now))

    def settle(self, image_id: str = "a") -> File:
        """Let time pass, messages come and the sweeper run, until the photo is no longer on its way."""
        swept = self.now
        for _ in range(400):
            if not self.file(image_id).under_way:
                return self.file(image_id)
            self.work()
            if self.now - swept >= 5 * MINUTE:
                swept = self.now
                self.sweep()
            self.now += MINUTE
        raise AssertionError("it is on its way for ever")

    def work(self) -> None:
        """Hand on the messages whose time has come; one whose function dies comes again."""
        for queue, act in (
            (self.renderings_queue, self.renderings.render),
            (self.records_queue, self.delivery.deliver),
        ):
            for message in queue.due():
                try:
                    act(message["file"])
                except DiedError:
                    queue.waiting.append((self.now + HIDDEN_MS, message))

    def sweep(self) -> None:
        for name in self.overdue.due(self.now, 10):
            try:
                self.overdue.remind(name, self.now)
            except DiedError:
                continue

    def _random(self, length: int) -> bytes:
        return self._uuid().bytes[-length:]

    def _uuid(self) -> uuid.UUID:
        self._uuids += 1
        return uuid.UUID(int=self._uuids)
