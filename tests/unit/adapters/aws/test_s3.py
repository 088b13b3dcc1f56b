"""Links to photos, and what functions ask S3 themselves."""

from urllib.parse import parse_qs, urlsplit

import pytest

from bedside.adapters.aws.s3 import Bucket, Links, Part, Upload
from bedside.kernel.errors import UnavailableError
from tests.conftest import BUCKET, REGION, client
from tests.fakes.hostile import hostile, ok, refused, saying
from tests.fakes.parameter_store import ACCESS_KEY, SECRET_KEY

KEY = "sessions/FAC001/ENC-1/1795228312345_a.jpg"
UPLOAD = Upload(KEY, "image/jpeg", 1234, "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=", "photo=new")
NOW_MS = 1_795_228_312_345


@pytest.fixture(autouse=True)
def role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign as the example role."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)


def test_an_upload_link_fixes_what_may_be_sent() -> None:
    """Type, length, digest and "not over another" are signed; the browser is told all but the length, which it sets."""
    url, headers = Links("photos", "ap-southeast-2", "").upload(UPLOAD, now_ms=NOW_MS, life_s=300)
    parts, query = urlsplit(url), parse_qs(urlsplit(url).query)
    assert (parts.scheme, parts.netloc, parts.path) == (
        "https",
        "photos.s3.ap-southeast-2.amazonaws.com",
        f"/{KEY}",
    )
    assert query["X-Amz-SignedHeaders"] == [
        "content-length;content-type;host;if-none-match;x-amz-checksum-sha256;x-amz-tagging"
    ]
    assert query["X-Amz-Expires"] == ["300"]
    assert headers == {
        "content-type": "image/jpeg",
        "if-none-match": "*",
        "x-amz-checksum-sha256": UPLOAD.sha256,
        "x-amz-tagging": "photo=new",
    }


def test_other_contents_have_other_signatures() -> None:
    """A link for one photo is no link for another of another length."""
    links = Links("photos", "us-east-1", "")
    first, _ = links.upload(UPLOAD, now_ms=NOW_MS, life_s=300)
    second, _ = links.upload(Upload(KEY, "image/jpeg", 1235, UPLOAD.sha256, UPLOAD.tag), now_ms=NOW_MS, life_s=300)
    assert parse_qs(urlsplit(first).query)["X-Amz-Signature"] != parse_qs(urlsplit(second).query)["X-Amz-Signature"]


def test_a_download_link_is_not_cached() -> None:
    """A GET link signs nothing but the host, and S3 is told to forbid caching of the answer."""
    query = parse_qs(urlsplit(Links("photos", "us-east-1", "").download(KEY, now_ms=NOW_MS, life_s=3600)).query)
    assert query["response-cache-control"] == ["no-store"]
    assert query["X-Amz-SignedHeaders"] == ["host"]
    assert query["X-Amz-Expires"] == ["3600"]


def test_an_origin_of_its_own_makes_links_path_style() -> None:
    """With an origin the bucket stands in the path."""
    url = Links("photos", "us-east-1", "http://localhost:8000").download(KEY, now_ms=NOW_MS, life_s=60)
    assert url.startswith(f"http://localhost:8000/photos/{KEY}?")


@pytest.mark.usefixtures("aws")
def test_the_bucket_knows_what_it_holds() -> None:
    """An object is there after it was put, and no longer after its removal, which may be repeated."""
    bucket = Bucket(BUCKET, REGION)
    assert bucket.read_end(KEY, 9) is None
    client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=b"photo")
    assert bucket.read_end(KEY, 9) == bucket.read_start(KEY, 9) == Part(5, b"photo")
    assert (bucket.read_start(KEY, 2), bucket.read_end(KEY, 2)) == (Part(5, b"ph"), Part(5, b"to"))
    assert bucket.copy(KEY, "quarantine/k")
    bucket.delete([KEY])
    bucket.delete([KEY])
    assert bucket.read_start(KEY, 9) is None
    assert not bucket.copy(KEY, "quarantine/k")
    assert bucket.read_end("quarantine/k", 9) == Part(5, b"photo")
    client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=b"")
    assert bucket.read_start(KEY, 9) == Part(0, b"")


def test_what_s3_could_not_delete_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 answers 200 and names it."""
    said = b"<DeleteResult><Error><Key>k</Key><Code>InternalError</Code></Error></DeleteResult>"
    with hostile(saying(ok(said))) as origin:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", origin)
        with pytest.raises(UnavailableError):
            Bucket(BUCKET, REGION).delete([KEY])


@pytest.mark.parametrize("said", [b"<Error><Code>InternalError</Code></Error>", b"", b" \n"])
def test_what_s3_could_not_copy_is_unavailable(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    """S3 answers 200 before it copies, so that the caller must not delete the original on its word alone."""
    with hostile(saying(ok(said))) as origin:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", origin)
        with pytest.raises(UnavailableError):
            Bucket(BUCKET, REGION).copy(KEY, "quarantine/k")


def test_other_contents_are_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 compares the ETag."""
    with hostile(saying(b"HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n")) as origin:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", origin)
        assert not Bucket(BUCKET, REGION).copy(KEY, "quarantine/k", '"etag"')


@pytest.mark.usefixtures("aws")
def test_keys_are_names_and_not_markup() -> None:
    """Whatever S3 allows in them is found and deleted."""
    bucket, key = Bucket(BUCKET, REGION), "a b/<&>'ü~%20+=.jpg"
    client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"photo")
    assert bucket.read_end(key, 9)
    bucket.copy(key, f"{key} 2")
    assert bucket.read_end(f"{key} 2", 9)
    bucket.delete([key])
    assert bucket.read_end(key, 9) is None


@pytest.mark.usefixtures("aws")
def test_a_bucket_that_cannot_be_asked_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors other than "not there" are one typed error."""
    with pytest.raises(UnavailableError):
        Bucket("there-is-no-such-bucket", REGION).delete([KEY])
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", refused())
    with pytest.raises(UnavailableError):
        Bucket(BUCKET, REGION).read_end(KEY, 9)


@pytest.mark.usefixtures("aws")
def test_only_the_contents_that_were_seen_are_deleted() -> None:
    """Others have come since; a missing object is as good as deleted."""
    bucket = Bucket(BUCKET, REGION)
    seen = client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=b"no photo")["ETag"]
    other = client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=b"photo")["ETag"]
    bucket.delete_if(KEY, seen)
    assert bucket.read_start(KEY, 9) == Part(5, b"photo")
    bucket.delete_if(KEY, other)
    assert bucket.read_start(KEY, 9) is None
    bucket.delete_if(KEY, other)


def test_a_conditional_delete_that_failed_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one that a role does not allow."""
    with hostile(saying(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")) as origin:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", origin)
        with pytest.raises(UnavailableError):
            Bucket(BUCKET, REGION).delete_if(KEY, '"etag"')
