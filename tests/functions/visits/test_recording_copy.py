"""Copies of recordings: from a provider's server over HTTP into the bucket, however often and whatever goes wrong."""

import hashlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from bedside.adapters.aws.archive import Archive
from bedside.adapters.downloads import Downloads
from bedside.kernel.errors import UnavailableError
from bedside.ports.video import RecordingAsset
from bedside.visits.recordings.facts import NOT_COPIED, file_name, with_copy, with_file, with_visit_over
from bedside.visits.recordings.model import File, Recording
from bedside.visits.repository import VisitRepository
from bedside.visits.timeline import TimeLimits
from recording_copy.handler import TRIES
from tests.conftest import RECORDINGS, REGION, client
from tests.fakes.invocation import Invocation
from tests.fakes.serving import Handler, serving
from tests.functions.clinic import Clinic, event_of, module
from tests.unit.visits.life import BOOKED

VIDEO = bytes(range(256)) * 50_000
SHA256 = hashlib.sha256(VIDEO).hexdigest()
NAME = file_name("s3://b")
KEY = f"recordings/FAC001/v/{NAME}.mp4"


@dataclass
class Store:
    """What the provider's server does: what it serves under which path, with which status, and who asked."""

    origin: str = ""
    content: bytes = VIDEO
    statuses: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = None
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def store(clinic: Clinic) -> Iterator[Store]:
    """A server with a recording, which the visit `v` waits for."""
    found = Store()

    class Serving(Handler):
        def do_GET(self) -> None:  # noqa: N802  # the server's name for it
            path = self.path.partition("?")[0]
            found.asked.append(path)
            self.send_response(found.statuses.get(path, 200))
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(found.announced or len(found.content)))
            self.end_headers()
            with suppress(OSError):  # whoever asked may have heard enough
                self.wfile.write(found.content)
            self.close_connection = True

    with serving(Serving) as origin:
        found.origin = origin
        clinic.wiring.visits.__dict__["downloads"] = Downloads(["*.amazonaws.com", origin])
        visits = VisitRepository(clinic.wiring.visits.table, TimeLimits())
        visits.create(BOOKED, by="admin", now_ms=1)
        tell(clinic, f"{origin}/first.mp4?signature=s")
        yield found


def tell(clinic: Clinic, link: str, size: int | None = len(VIDEO)) -> None:
    """Let the record know of the file."""

    def learn(recording: Recording) -> Recording:
        file = File(NAME, 1, 1, path="s3://b", link=link, size=size)
        return with_visit_over(with_file(recording, file)[0], 1)

    clinic.wiring.visits.recording_repository.update("v", learn, facility_id="FAC001")


def deliver(*, number: int = 1, remaining_ms: int = 900_000) -> Any:
    """Deliver the message for the given time; gives what failed."""
    event = event_of("recording_copy")
    [record] = event["Records"]
    record["body"] = json.dumps({"visitId": "v", "file": NAME})
    record["attributes"]["ApproximateReceiveCount"] = str(number)
    answer = module("recording_copy").lambda_handler(event, Invocation(remaining_ms=remaining_ms))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def known(clinic: Clinic) -> Recording:
    recording = clinic.wiring.visits.recording_repository.find("v")
    assert recording is not None
    return recording


def objects() -> dict[str, bytes]:
    """Give everything in the bucket."""
    listed = client("s3").list_objects_v2(Bucket=RECORDINGS).get("Contents", [])
    return {each["Key"]: client("s3").get_object(Bucket=RECORDINGS, Key=each["Key"])["Body"].read() for each in listed}


def is_copied(clinic: Clinic) -> None:
    """Expect exactly one object, and a record that knows it."""
    assert objects() == {KEY: VIDEO}
    recording = known(clinic)
    [file] = recording.parts
    assert (recording.state, recording.failure, file.link) == ("completed", "", "")
    assert file.copy is not None
    assert (file.copy.key, file.copy.sha256, file.copy.size) == (KEY, SHA256, len(VIDEO))


def test_the_example_event_of_an_unknown_recording(clinic: Clinic) -> None:
    """There is nothing to do, and nothing to be tried again."""
    assert clinic.invoke("recording_copy", event_of("recording_copy")) == {"batchItemFailures": []}
    assert objects() == {}


def test_a_recording_is_copied(clinic: Clinic, store: Store) -> None:
    """Byte by byte, with its tag."""
    assert deliver() == []
    is_copied(clinic)
    tags = client("s3").get_object_tagging(Bucket=RECORDINGS, Key=KEY)["TagSet"]
    assert tags == [{"Key": "retention", "Value": "recording"}]
    assert store.asked == ["/first.mp4"]


def test_a_message_that_comes_twice(clinic: Clinic, store: Store) -> None:
    """Finds it done."""
    deliver()
    assert deliver(number=2) == []
    is_copied(clinic)
    assert store.asked == ["/first.mp4"]


def test_a_message_that_comes_twice_at_once(clinic: Clinic, store: Store) -> None:
    """Makes one object; whoever comes second finds it."""
    with ThreadPoolExecutor(2) as pool:
        copies = [replace(clinic.wiring.visits.copies, archive=Archive(RECORDINGS, REGION)) for _ in range(2)]
        found = list(pool.map(lambda one: one.copy("v", NAME, last_try=False), copies))
    assert any(found)
    is_copied(clinic)
    assert store.asked


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_link_that_has_expired(clinic: Clinic, store: Store, status: int) -> None:
    """Is replaced by another from the provider."""
    store.statuses["/first.mp4"] = status
    other = RecordingAsset("other", "completed", 5, len(VIDEO), "s3://other")
    for asset in (other, RecordingAsset("a", "completed", 60, len(VIDEO), "s3://b")):
        clinic.wiring.visits.rooms.finish("", asset, f"{store.origin}/fresh.mp4" if asset.asset_id == "a" else "")
    assert deliver() == []
    is_copied(clinic)
    assert store.asked == ["/first.mp4", "/fresh.mp4"]


def test_a_webhook_without_a_link(clinic: Clinic, store: Store) -> None:
    """The provider is asked for one; it is told by its size where nothing else is known."""
    tell(clinic, "")
    recording = known(clinic)
    clinic.wiring.visits.recording_repository.update(
        "v", lambda _: with_file(Recording("v", "FAC001", over_at=1), File(NAME, 1, 1, size=len(VIDEO)))[0]
    )
    assert recording.parts
    clinic.wiring.visits.rooms.finish("", RecordingAsset("a", "completed", 60, len(VIDEO)), f"{store.origin}/fresh.mp4")
    assert deliver() == []
    is_copied(clinic)
    assert store.asked == ["/fresh.mp4"]


def test_which_recording_it_was_cannot_be_told(clinic: Clinic, store: Store) -> None:
    """Nothing is copied rather than perhaps another part."""
    store.statuses["/first.mp4"] = 403
    for name in ("a", "b"):
        clinic.wiring.visits.rooms.finish(
            "", RecordingAsset(name, "completed", 60, len(VIDEO)), f"{store.origin}/{name}.mp4"
        )
    assert deliver() != []
    assert objects() == {}


@pytest.mark.parametrize(
    ("content", "announced"),
    [(VIDEO[:-1], None), (VIDEO + b"x", None), (b"", None), (VIDEO[:-1], len(VIDEO)), (VIDEO, len(VIDEO) + 1)],
)
def test_what_is_not_as_long_as_announced(clinic: Clinic, store: Store, content: bytes, announced: int | None) -> None:
    """Is not copied: too short, too long, empty, broken off."""
    store.content, store.announced = content, announced
    assert deliver() != []
    assert objects() == {}
    assert known(clinic).state == "copying"
    store.content, store.announced = VIDEO, None
    assert deliver(number=2) == []
    is_copied(clinic)


@pytest.mark.parametrize(
    "link",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/",
        "https://example.org/a.mp4",
        "file:///proc/self/environ",
    ],
)
def test_a_link_to_somewhere_else(clinic: Clinic, store: Store, link: str) -> None:
    """Is not followed."""
    tell(clinic, link)
    assert deliver() != []
    assert (objects(), store.asked) == ({}, [])


def test_a_redirect_is_not_followed(store: Store) -> None:
    """Wherever it leads."""
    store.statuses["/first.mp4"] = 302
    store.headers["Location"] = f"{store.origin}/secret"
    assert deliver() != []
    assert store.asked == ["/first.mp4"]
    store.headers["Location"] = "http://169.254.169.254/latest/meta-data/"
    assert deliver() != []
    assert objects() == {}


def test_there_is_an_end_before_lambdas(store: Store) -> None:
    """With too little time left nothing is begun, and the message comes again."""
    assert deliver(remaining_ms=40_000) != []
    assert (objects(), store.asked) == ({}, [])


def test_a_function_that_dies_in_the_midst(clinic: Clinic, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves nothing that the next would take for whole."""
    events = clinic.wiring.visits.copies.archive._s3.meta.events  # noqa: SLF001  # the SDK's own way to listen in
    dead = threading.Event()

    def unsent(**_: Any) -> None:
        dead.set()
        raise EndpointConnectionError(endpoint_url="https://s3")

    def dying(*_: Any) -> None:
        assert dead.wait(30)
        raise SystemExit

    # Neither the first part nor anything after it is sent.
    unsendable = ("before-call.s3.UploadPart", "before-call.s3.AbortMultipartUpload")
    with monkeypatch.context() as broken:
        broken.setattr("bedside.adapters.aws.archive._await", dying)
        for event in unsendable:
            events.register(event, unsent)
        with pytest.raises(SystemExit):
            deliver()
    for event in unsendable:
        events.unregister(event, unsent)
    assert len(client("s3").list_multipart_uploads(Bucket=RECORDINGS)["Uploads"]) == 1
    assert (objects(), known(clinic).state) == ({}, "copying")
    assert deliver(number=2) == []
    is_copied(clinic)
    assert len(store.asked) == 2


def test_a_function_that_dies_before_it_says_so(clinic: Clinic, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next finds the object, and fetches nothing."""
    record = clinic.wiring.visits.recording_repository

    def dying(*_: Any, **__: Any) -> Any:
        raise UnavailableError("The record could not be written.")

    with monkeypatch.context() as broken:
        broken.setattr(type(record), "update", dying)
        assert deliver() != []
    assert set(objects()) == {KEY}
    assert deliver(number=2) == []
    is_copied(clinic)
    assert len(store.asked) == 1


def test_the_last_try_is_visible(clinic: Clinic, store: Store) -> None:
    """Not before; and what is redriven afterwards heals it."""
    store.statuses["/first.mp4"] = 500
    for number in range(1, TRIES):
        assert deliver(number=number) != []
        assert known(clinic).state == "copying"
    assert deliver(number=TRIES) != []
    assert (known(clinic).state, known(clinic).failure) == ("failed", NOT_COPIED)
    store.statuses.clear()
    assert deliver() == []
    is_copied(clinic)


def test_a_late_failure_does_not_undo_a_copy(clinic: Clinic, store: Store) -> None:
    """What was copied stays."""
    deliver()
    store.statuses["/first.mp4"] = 500
    assert deliver(number=TRIES) == []
    is_copied(clinic)
    [file] = known(clinic).parts
    assert file.copy is not None
    assert with_copy(known(clinic), NAME, file.copy) == known(clinic)


def test_the_log_holds_no_link(store: Store, logged: Any) -> None:
    """It lets whoever reads it see the recording."""
    store.statuses["/first.mp4"] = 500
    deliver()
    assert "recording not copied" in logged.getvalue()
    assert "signature" not in logged.getvalue()
    assert store.origin not in logged.getvalue()
