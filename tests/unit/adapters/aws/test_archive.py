"""The bucket of recordings: written piece by piece, each once, whole or not at all."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bedside.adapters.aws.archive import PART_BYTES, Archive, Kept
from bedside.adapters.rest import RestError
from bedside.kernel.errors import UnavailableError
from tests.conftest import RECORDINGS, REGION, client

KEY = "recordings/FAC001/v/a.mp4"
VIDEO = bytes(range(256)) * ((PART_BYTES + 5_000_000) // 256)
WHOLE = Kept(hashlib.sha256(VIDEO).hexdigest(), len(VIDEO))


@pytest.fixture
def archive(aws: None) -> Archive:  # noqa: ARG001  # the bucket stands in moto
    return Archive(RECORDINGS, REGION)


def pieces(content: bytes, size: int = 999_983) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def keep(archive: Archive, content: bytes) -> Kept:
    return archive.keep(KEY, pieces(content), content_type="video/mp4", retention="recording")


def metadata_drafts() -> int:
    return len(client("s3").list_multipart_uploads(Bucket=RECORDINGS).get("Uploads", []))


@pytest.mark.parametrize("content", [VIDEO, VIDEO[:PART_BYTES], VIDEO[: PART_BYTES + 1], b"short"])
def test_an_object_is_kept_as_it_came(archive: Archive, content: bytes) -> None:
    """With its type, the tag that says how long, and the digest of what stands there."""
    assert archive.kept(KEY) is None
    kept = keep(archive, content)
    assert kept == Kept(hashlib.sha256(content).hexdigest(), len(content)) == archive.kept(KEY)
    found = client("s3").get_object(Bucket=RECORDINGS, Key=KEY)
    assert (found["Body"].read(), found["ContentType"]) == (content, "video/mp4")
    tags = client("s3").get_object_tagging(Bucket=RECORDINGS, Key=KEY)["TagSet"]
    assert tags == [{"Key": "retention", "Value": "recording"}]


def test_what_stands_there_stays(archive: Archive) -> None:
    """Whoever comes second is told of the first, and leaves nothing behind."""
    first = keep(archive, VIDEO)
    assert keep(archive, b"other") == first == archive.kept(KEY)
    assert metadata_drafts() == 0


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
        archive.keep(KEY, broken(), content_type="video/mp4", retention="recording")
    assert archive.kept(KEY) is None
    assert metadata_drafts() == 0


def test_memory_holds_one_part(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """No request is larger, however large the whole is."""
    sizes: list[int] = []
    request = type(archive._service).request  # noqa: SLF001  # listen in

    def listening(service: Any, method: str, path: str, headers: Any, body: bytes = b"", **more: Any) -> Any:
        sizes.append(len(body))
        return request(service, method, path, headers, body, **more)

    monkeypatch.setattr(type(archive._service), "request", listening)  # noqa: SLF001  # as above
    keep(archive, VIDEO)
    assert max(sizes) == PART_BYTES


def test_a_bucket_that_is_away(aws: None) -> None:  # noqa: ARG001  # the others stand in moto
    """Is an error that passes."""
    archive = Archive("no-such-bucket-of-ours", REGION)
    with pytest.raises(UnavailableError):
        keep(archive, b"short")


def test_a_completion_whose_answer_was_lost(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next try is told that it stands there, or that the upload is not known; it is ours all the same."""
    rest = archive._service._rest  # noqa: SLF001  # the wire between us and S3
    request, lost = type(rest).request, list[str]()

    def losing(client: Any, method: str, path: str, *given: Any, **more: Any) -> Any:
        answer = request(client, method, path, *given, **more)
        if method == "POST" and "uploadId" in path and not lost:
            lost.append(path)
            raise RestError("RemoteDisconnected", sent=True)
        return answer

    monkeypatch.setattr(type(rest), "request", losing)
    assert keep(archive, VIDEO) == WHOLE
    assert lost
