"""Photos and notes on their way to the patient's record, step by step, until each of them is there, once."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Final
from uuid import uuid4

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from bedside.commits.file import File
from tests.conftest import REGION, WEBHOOK_QUEUE_URL, client
from tests.fakes.faulty_record import CreateFault, FindFault
from tests.faults.aws import OF_WRITES, Service
from tests.faults.job import Job, Step
from tests.functions.clinic import Answer
from tests.functions.commits.record_desk import SHOWN, RecordDesk, known, signed
from tests.functions.hooks import batch
from tests.functions.surgery import MINUTE, Surgery, open_surgery
from tests.tables import COMMITS

RENDERING_QUEUE_URL: Final = WEBHOOK_QUEUE_URL.replace("webhooks", "renderings")
COMMIT_QUEUE_URL: Final = WEBHOOK_QUEUE_URL.replace("webhooks", "commits")
# What a record does beside what every provider may do.
RECORD: Final = {
    "later": "it wants to be asked later",
    "refusing": "it refuses every document",
    "closed": "it lets nobody in",
    "lying": "it says that it has what nobody finds there",
    "unsearchable": "it stores what it gets, its answer is lost, and it cannot be searched",
}
# What becomes of creates and of searches.
FAULTS: Final[dict[str | None, tuple[CreateFault | None, FindFault | None]]] = {
    None: (None, None),
    "away": ("unreachable", "unreachable"),
    "hanging": ("lost", "unreachable"),
    "answer lost": ("answer-lost", "unreachable"),
    "later": ("busy", "unreachable"),
    "refusing": ("refused", None),
    "closed": ("refused", "refused"),
    "lying": ("lies", None),
    "unsearchable": ("answer-lost", "unsearchable"),
}
_DAY_S: Final = 24 * 3600
_PHOTOS: Final = ("a", "b")
# As in template.yaml: how often a message comes, and how long it is hidden meanwhile.
_TRIES: Final = 5
_HIDDEN_MS: Final = 3 * MINUTE
# In one step people wait no longer; what takes longer goes on in the others.
_MINUTES: Final = 10
# What is still tried in the end takes quarters of an hour.
_ROUNDS: Final = 24


@dataclass(frozen=True)
class _Message:
    """A message to one of the functions, and how often it has come in vain."""

    function: str
    text: str
    at: int
    tries: int = 0


@dataclass
class CommitJob(Job):
    """Two photos of an encounter and the notes of a visit. Every message comes twice, two clinicians want the same."""

    NAME: ClassVar[str] = "commit"

    surgery: Surgery = field(init=False)
    desk: RecordDesk = field(init=False)
    me: str = ""
    # The commits of the photos.
    commits: dict[str, str] = field(default_factory=dict)
    waiting: list[_Message] = field(default_factory=list)

    @classmethod
    def meets(cls, service: Service, fault: str, step: Step) -> bool:
        if fault == "transaction lost":
            return service == "dynamodb" and step in _WRITING
        if fault in OF_WRITES and (service == "ssm" or step not in _WRITING):
            return False
        return step in _ASKING.get(service, cls.STEPS)

    def prepare(self) -> None:
        for url in (RENDERING_QUEUE_URL, COMMIT_QUEUE_URL):
            client("sqs").create_queue(QueueName=url.rpartition("/")[2])
        self.surgery = open_surgery(self.clinic)
        known(self.surgery)
        signed(self.surgery)
        self.desk = RecordDesk(self.clinic, *_PHOTOS)
        self.me = self.clinic.member("FAC001", ("clinician",), phone=self.clinic.number("committer"), ttl=_DAY_S)

    def two_clinicians_commit_the_photos(self) -> None:
        """The first asks what the record takes; meanwhile the session ends."""
        answer = self._must(lambda: self.clinic.call("commits_capabilities", token=self.me), 200)
        if answer.json["target"] != "fhir":
            self.find("failed", f"the record is {answer.json['target']}")
        images = [{"imageId": each["imageId"], "version": each["revision"]} for each in self._images()]
        path, body = {"encounterId": self.clinic.encounter}, {"images": images, "patient": SHOWN}

        def ask(key: str) -> Answer:
            return self.clinic.call("commits_commit", body, token=self.me, path=path, key=key)

        answer = self._try(lambda: ask("first"))
        # A key whose keeping lost its answer is held for as long as its function might have gone on: a person tries
        # again, and hears that the photos are on their way if they are.
        if answer.status == 409:
            answer = self._try(lambda: ask("second"))
        self._check(answer, {202, 409})
        self._check(self._try(partial(self._also, body)), {409})
        self.commits = {each["imageId"]: each["commitId"] or "" for each in self._images()}
        if not all(self.commits.values()):
            self.find("lost", f"not on their way: {self.commits}")
        # To the page what has ended is ended.
        self._reach(lambda: self.clinic.call("session_end", token=self.me, path=path), 204, 404)

    def the_photos_are_rendered(self) -> None:
        self._deliver("photo_render")

    def the_photos_are_sent(self) -> None:
        self._deliver("record_commit")

    def the_notes_are_committed(self) -> None:
        self._must(partial(self._of_notes, "commit_notes"), 202)

    def the_notes_go_the_same_way(self) -> None:
        self._deliver("photo_render")
        self._deliver("record_commit")

    def somebody_sees_to_what_is_not_there(self) -> None:
        self._see_to()
        self._deliver("photo_render")
        self._deliver("record_commit")

    def an_hour_passes(self) -> None:
        for _ in range(4):
            self._pass()

    def look_back(self) -> None:
        """Give everything the time that it needs, and compare what the record has with what was committed."""
        self.step = "the end"
        self.patient = True
        for _ in range(_ROUNDS):
            if all(file.state == "committed" for file in self._files()):
                break
            self._see_to()
            self._pass()
        self._compare(list(self._files()))
        for image in self._images():
            if not image["committed"] or image["commitId"]:
                self.find("left", f"{image['imageId']} is held: {image['commitId']}")
        if due := self.clinic.wiring.commits.repository.due(self.surgery.now + _DAY_S * 1000, 10):
            self.find("left", f"due: {due}")

    def _compare(self, files: list[File]) -> None:
        """Compare files with what the record has."""
        if len(files) != len(_PHOTOS) + 1:
            self.find("twice" if len(files) > len(_PHOTOS) else "lost", f"{len(files)} files")
        for file in files:
            if file.state != "committed":
                self.find("left", f"{file.key} is {file.state}: {file.problem}")
            there = sum(document.identifier == file.identifier for document in self.desk.record.documents)
            if there != 1:
                self.find("twice" if there else "lost", f"{file.key} is there {there} times")
        if len(self.desk.record.documents) > len(files):
            self.find("twice", f"{len(self.desk.record.documents)} documents")

    def _also(self, body: Any) -> Answer:
        """Let a second clinician commit the same photos."""
        other = self.clinic.member("FAC001", ("clinician",), phone=self.clinic.number("other"), ttl=_DAY_S)
        path = {"encounterId": self.clinic.encounter}
        return self.clinic.call("commits_commit", body, token=other, path=path, key=str(uuid4()))

    def _see_to(self) -> None:
        """Try again what has failed; of what nobody knows, look into the record and say what is there."""
        for image_id, commit_id in self.commits.items():
            found = self._must(partial(self.desk.on, "look", commit_id, token=self.me), 200)
            for file in found.json["files"]:
                if file["imageId"] == image_id:
                    on = partial(self.desk.on, commit_id=commit_id, image_id=image_id, token=self.me)
                    self._see_to_one(file["status"], on, f"#{image_id}#", partial(on, "retry"))
        for file in self._must(partial(self._of_notes, "look_at_notes"), 200).json["files"]:
            again = partial(self._of_notes, "commit_notes")
            self._see_to_one(file["status"], self._on_notes, "notes#", again)

    def _see_to_one(self, status: str, on: Callable[..., Answer], name: str, again: Callable[[], Answer]) -> None:
        if status == "unknown":
            if not self.desk.record.doubtful:
                self.find("failed", f"{name} is unknown, and the record could be searched")
            [identifier] = [file.identifier for file in self._files() if name in file.key]
            there = any(document.identifier == identifier for document in self.desk.record.documents)
            body = {"documentId": "doc-found"} if there else {"absent": True}
            # Somebody else may have been faster, or the answer was lost.
            self._reach(lambda: on("resolve", body=body), 200)
            status = "committed" if there else "failed"
        if status == "failed":
            self._reach(again, 200, 202, 409)

    def _on_notes(self, call: str, body: Any) -> Answer:
        return self._of_notes(f"{call}_notes", {"addenda": 0, **body})

    def _of_notes(self, call: str, body: Any = None) -> Answer:
        token, path = self.surgery.practitioner, {"visitId": self.surgery.visit_id}
        return self.clinic.call(f"commits_{call}", body, token=token, path=path)

    def _images(self) -> list[Any]:
        path = {"encounterId": self.clinic.encounter}
        ask = partial(self.clinic.call, "image_list", token=self.me, path=path, query={})
        images: list[Any] = self._must(ask, 200).json["images"]
        return images

    def _files(self) -> Iterator[File]:
        """Give all files, past every fault."""
        repository = self.clinic.wiring.commits.repository
        keys = [item["pk"]["S"] for item in client("dynamodb").scan(TableName=COMMITS)["Items"]]
        for key in sorted(keys):
            if key.startswith("file#") and (file := repository.find_file(key.removeprefix("file#"))):
                yield file

    def _deliver(self, function: str) -> None:
        """Let a function have its messages, twice; what fails comes again once it is no longer hidden."""
        for _ in range(_MINUTES):
            for message in self._due(function):
                for _ in range(2):
                    event = batch(json.loads(message.text), tries=message.tries + 1)
                    if self.clinic.invoke(function, event, remaining_ms=120_000)["batchItemFailures"]:
                        again = _Message(function, message.text, self.surgery.now + _HIDDEN_MS, message.tries + 1)
                        # After the last of them the sweeper sends another one.
                        self.waiting += [again] if again.tries < _TRIES else []
            if not any(one.function == function for one in self.waiting):
                return
            self.clinic.wait(MINUTE)

    def _pass(self) -> None:
        """Let a quarter of an hour pass: the sweeper looks, messages arrive."""
        self.clinic.wait(15 * MINUTE)
        self._event(self.surgery.sweep)
        self._deliver("photo_render")
        self._deliver("record_commit")

    def _due(self, function: str) -> list[_Message]:
        """Take what is there for a function by now."""
        for name, url in (("photo_render", RENDERING_QUEUE_URL), ("record_commit", COMMIT_QUEUE_URL)):
            queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[url.rpartition("/")[2]]
            for each in queue._messages:  # noqa: SLF001  # moto's clock is not the clinic's
                late = int((each.delayed_until or 0) - (each.sent_timestamp or 0))
                self.waiting.append(_Message(name, each.body, self.surgery.now + late))
            queue._messages = []  # noqa: SLF001  # as above
        due = [one for one in self.waiting if one.function == function and one.at <= self.surgery.now]
        self.waiting = [one for one in self.waiting if one not in due]
        return due


CommitJob.STEPS = (
    CommitJob.two_clinicians_commit_the_photos,
    CommitJob.the_photos_are_rendered,
    CommitJob.the_photos_are_sent,
    CommitJob.the_notes_are_committed,
    CommitJob.the_notes_go_the_same_way,
    CommitJob.somebody_sees_to_what_is_not_there,
    CommitJob.an_hour_passes,
)
_WRITING: Final = frozenset(
    {
        CommitJob.two_clinicians_commit_the_photos,
        CommitJob.the_photos_are_rendered,
        CommitJob.the_photos_are_sent,
        CommitJob.the_notes_are_committed,
        CommitJob.the_notes_go_the_same_way,
    }
)
_ASKING: Final[dict[Service, frozenset[Step]]] = {
    "s3": frozenset(
        {CommitJob.the_photos_are_rendered, CommitJob.the_photos_are_sent, CommitJob.the_notes_go_the_same_way}
    ),
    "sqs": frozenset(
        {
            CommitJob.two_clinicians_commit_the_photos,
            CommitJob.the_photos_are_rendered,
            CommitJob.the_notes_are_committed,
            CommitJob.the_notes_go_the_same_way,
        }
    ),
    # Only calls of people need secrets.
    "ssm": frozenset(
        {
            CommitJob.two_clinicians_commit_the_photos,
            CommitJob.the_notes_are_committed,
            CommitJob.somebody_sees_to_what_is_not_there,
        }
    ),
    "scheduler": frozenset(),
}
