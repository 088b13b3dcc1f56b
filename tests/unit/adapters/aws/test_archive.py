"""The bucket of recordings: written piece by piece, each once, whole or not at all."""

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError
from moto.core.botocore_stubber import BotocoreStubber

from bedside.adapters.aws.archive import PART_BYTES, PARTS_IN_FLIGHT, Archive, StoredObject
from bedside.kernel.errors import UnavailableError
from tests.conftest import RECORDINGS, REGION, client

KEY = "recordings/FAC001/v/a.mp4"
VIDEO = bytes(range(256)) * ((PART_BYTES + 5_000_000) // 256)
WHOLE = StoredObject(hashlib.sha256(VIDEO).hexdigest(), len(VIDEO))


@pytest.fixture
def archive(aws: None) -> Archive:  # noqa: ARG001  # the bucket stands in moto
    return Archive(RECORDINGS, REGION)


def pieces(content: bytes, size: int = 999_983) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def keep(archive: Archive, content: bytes) -> StoredObject:
    return archive.create(KEY, pieces(content), content_type="video/mp4", retention="recording")


def listen(archive: Archive, event: str, heard: Any) -> None:
    archive._s3.meta.events.register_first(event, heard)  # noqa: SLF001  # the SDK's own way to listen in


def unfinished() -> int:
    return len(client("s3").list_multipart_uploads(Bucket=RECORDINGS).get("Uploads", []))


@pytest.mark.parametrize("content", [VIDEO, VIDEO[:PART_BYTES], VIDEO[: PART_BYTES + 1], b"short"])
def test_an_object_is_kept_as_it_came(archive: Archive, content: bytes) -> None:
    """With its type, the tag that says how long, and the digest of what stands there."""
    assert archive.find(KEY) is None
    kept = keep(archive, content)
    assert kept == StoredObject(hashlib.sha256(content).hexdigest(), len(content)) == archive.find(KEY)
    found = client("s3").get_object(Bucket=RECORDINGS, Key=KEY)
    assert (found["Body"].read(), found["ContentType"]) == (content, "video/mp4")
    tags = client("s3").get_object_tagging(Bucket=RECORDINGS, Key=KEY)["TagSet"]
    assert tags == [{"Key": "retention", "Value": "recording"}]


def test_what_stands_there_stays(archive: Archive) -> None:
    """Whoever comes second is told of the first, and leaves nothing behind."""
    first = keep(archive, VIDEO)
    assert keep(archive, b"other") == first == archive.find(KEY)
    assert unfinished() == 0


def test_two_at_once_write_one(archive: Archive) -> None:
    """And both are told of the same."""
    others = [Archive(RECORDINGS, REGION), archive]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda one: keep(one, VIDEO), others)) == [WHOLE, WHOLE]
    assert [each["Key"] for each in client("s3").list_objects_v2(Bucket=RECORDINGS)["Contents"]] == [KEY]


def test_what_breaks_off_is_not_written(archive: Archive) -> None:
    """Nor is anything left of it."""

    def broken() -> Iterator[bytes]:
        yield VIDEO
        raise EOFError

    with pytest.raises(EOFError):
        archive.create(KEY, broken(), content_type="video/mp4", retention="recording")
    assert archive.find(KEY) is None
    assert unfinished() == 0


def test_memory_holds_a_few_parts(archive: Archive) -> None:
    """No request is larger, and the source is not read further ahead, however large the whole is."""
    sizes: list[int] = []
    came = sent = ahead = 0

    def sending(params: dict[str, Any], **_: Any) -> None:
        sizes.append(len(params["Body"]))
        time.sleep(0.02)  # real time: a bucket that is slower than the source

    def done(**_: Any) -> None:
        nonlocal sent
        sent += PART_BYTES

    def endless() -> Iterator[bytes]:
        nonlocal came, ahead
        for piece in pieces(bytes(8 * PART_BYTES)):
            came += len(piece)
            ahead = max(ahead, came - sent)
            yield piece

    listen(archive, "provide-client-params.s3.UploadPart", sending)
    listen(archive, "after-call.s3.UploadPart", done)
    archive.create(KEY, endless(), content_type="video/mp4", retention="recording")
    assert sizes == [PART_BYTES] * 8
    assert ahead <= (PARTS_IN_FLIGHT + 1) * PART_BYTES + 999_983


def test_a_deadline_ends_it(archive: Archive) -> None:
    """Neither is the source read any further, nor is anything left in the bucket."""

    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(PART_BYTES)

    with pytest.raises(UnavailableError):
        archive.create(KEY, endless(), content_type="video/mp4", retention="recording", deadline_s=0.2)
    assert archive.find(KEY) is None
    assert unfinished() == 0


def test_a_part_that_fails_ends_it(archive: Archive) -> None:
    """At once: the rest of the source is not read."""

    def refused(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3")

    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(PART_BYTES)

    listen(archive, "before-call.s3.UploadPart", refused)
    with pytest.raises(UnavailableError):
        archive.create(KEY, endless(), content_type="video/mp4", retention="recording")
    assert archive.find(KEY) is None
    assert unfinished() == 0


def test_a_bucket_that_is_away(aws: None) -> None:  # noqa: ARG001  # the others stand in moto
    """Is an error that passes."""
    archive = Archive("no-such-bucket-of-ours", REGION)
    with pytest.raises(UnavailableError):
        keep(archive, b"short")


@pytest.mark.parametrize("content", [VIDEO, b"short"])
def test_a_completion_whose_answer_was_lost(archive: Archive, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next try is told that it stands there, or that the upload is not known; it is ours all the same."""
    process, lost = BotocoreStubber.process_request, list[str]()

    def losing(stubber: BotocoreStubber, request: Any) -> Any:
        served = process(stubber, request)
        completes = request.method == "POST" and "uploadId" in request.url
        if (completes or (request.method == "PUT" and "uploadId" not in request.url)) and not lost:
            lost.append(request.url)
            raise ConnectionClosedError(endpoint_url=request.url)
        return served

    monkeypatch.setattr(BotocoreStubber, "process_request", losing)
    assert keep(archive, content) == StoredObject(hashlib.sha256(content).hexdigest(), len(content))
    assert lost
