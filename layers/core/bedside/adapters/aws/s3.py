"""S3: presigned links for browsers, and the few requests that functions make themselves."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from bedside.adapters.aws.client import AwsError, AwsService, host_of, overridden
from bedside.adapters.aws.credentials import CredentialsError, current
from bedside.adapters.aws.sigv4 import Credentials, Scope, presigned_url
from bedside.kernel.errors import UnavailableError

_TRY_S: Final = 3
_TRIES: Final = 3
_NOT_FOUND: Final = 404
_PRECONDITION_FAILED: Final = 412
_NO_SUCH_RANGE: Final = 416
_XMLNS: Final = "http://s3.amazonaws.com/doc/2006-03-01/"


@dataclass(frozen=True, slots=True)
class Upload:
    """The only upload that a link allows: `sha256` is the digest in base64, `length` is in bytes.

    `tag`, such as `name=value`, is stored with the object, for the bucket's lifecycle rules.
    """

    key: str
    content_type: str
    length: int
    sha256: str
    tag: str


class Links:
    """Presigns upload and download links, without a network request.

    Links point to the bucket's regional host, or to `{origin}/{bucket}/…` if an `origin` is given.
    """

    def __init__(self, bucket: str, region: str, origin: str) -> None:
        self._scope = Scope(region, "s3")
        self._origin = origin or f"https://{bucket}.{host_of('s3', region)}"
        self._prefix = f"/{bucket}/" if origin else "/"

    def life_s(self, life_s: int, now_ms: int) -> int:
        """Return for how many seconds a link that should live for `life_s` works: never longer than what signs it."""
        return _possible(_credentials(), now_ms, life_s)

    def upload(self, upload: Upload, *, now_ms: int, life_s: int) -> tuple[str, Mapping[str, str]]:
        """Return a PUT link and the headers that the request must carry.

        The link fixes type, length and digest, and cannot overwrite an existing object.
        """
        credentials = _credentials()
        headers = {
            "content-type": upload.content_type,
            "if-none-match": "*",
            "x-amz-checksum-sha256": upload.sha256,
            "x-amz-tagging": upload.tag,
        }
        url = presigned_url(
            credentials,
            self._scope,
            method="PUT",
            origin=self._origin,
            path=self._prefix + upload.key,
            query={},
            # Browsers set Content-Length themselves and forbid scripts to, so it is signed but not returned.
            headers={**headers, "content-length": str(upload.length)},
            now_ms=now_ms,
            life_s=_possible(credentials, now_ms, life_s),
        )
        return url, headers

    def download(self, key: str, *, now_ms: int, life_s: int, save_as: str = "", content_type: str = "") -> str:
        """Return a GET link whose response must not be cached; with `save_as`, browsers save it under that name.

        The response has the given content type, whatever type the object was stored with.
        """
        credentials = _credentials()
        query = {"response-cache-control": "no-store"}
        if content_type:
            query["response-content-type"] = content_type
        if save_as:
            query["response-content-disposition"] = f'attachment; filename="{save_as}"'
        return presigned_url(
            credentials,
            self._scope,
            method="GET",
            origin=self._origin,
            path=self._prefix + key,
            query=query,
            headers={},
            now_ms=now_ms,
            life_s=_possible(credentials, now_ms, life_s),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of an object that has `size` of them; `etag` names its contents, if S3 said it."""

    size: int
    content: bytes
    etag: str = field(default="", compare=False)


class Bucket:
    """A bucket, accessed by the functions themselves. Raises UnavailableError if S3 fails or does not respond."""

    def __init__(self, name: str, region: str) -> None:
        # The same host as in links, unless the environment overrides S3's endpoint.
        self._name = name
        own = overridden("s3")
        self._prefix = f"/{name}" if own else ""
        self._service = AwsService("s3", region, origin=own or f"https://{name}.{host_of('s3', region)}")

    def read_start(self, key: str, most: int) -> Part | None:
        """Return up to `most` bytes from an object's start, or None if it does not exist."""
        return self._read(key, f"bytes=0-{most - 1}")

    def read_end(self, key: str, most: int) -> Part | None:
        """Return up to `most` bytes from an object's end, or None if it does not exist."""
        return self._read(key, f"bytes=-{most}")

    def _read(self, key: str, within: str) -> Part | None:
        try:
            answer = self._service.request("GET", self._path(key), {"range": within}, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            if error.status == _NOT_FOUND:
                return None
            if error.status == _NO_SUCH_RANGE:  # an empty object
                return Part(0, b"")
            raise UnavailableError("The image store did not answer.") from error
        # Of the form `bytes 0-9/10`.
        size = answer.headers.get("content-range", "").rpartition("/")[2]
        etag = answer.headers.get("etag", "")
        return Part(int(size) if size.isdigit() else len(answer.body), answer.body, etag)

    def copy(self, key: str, target: str, etag: str = "") -> bool:
        """Copy an object without its tags; False if it does not exist, or has other contents than `etag`, if given."""
        headers = {
            "x-amz-copy-source": f"/{self._name}/{quote(key, safe='/~')}",
            "x-amz-tagging-directive": "REPLACE",
        }
        if etag:
            headers["x-amz-copy-source-if-match"] = etag
        try:
            answer = self._service.request("PUT", self._path(target), headers, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            if error.status in {_NOT_FOUND, _PRECONDITION_FAILED}:
                return False
            raise UnavailableError("The image store did not copy.", error.code) from error
        # S3 answers 200 before it copies, and says in the body whether it did
        # (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html).
        if b"<CopyObjectResult" not in answer.body:
            raise UnavailableError("The image store did not copy.", cause="CopyObject")
        return True

    def _path(self, key: str) -> str:
        return f"{self._prefix}/{quote(key, safe='/~')}"

    def create(self, key: str, content: bytes, content_type: str = "application/json") -> bool:
        """Store a new object; False if there is one under `key` already, such as by an earlier attempt."""
        # S3 requires a digest of what it locks.
        digest = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        headers = {"content-type": content_type, "content-md5": digest, "if-none-match": "*"}
        path = f"{self._prefix}/{quote(key, safe='/~')}"
        try:
            self._service.request("PUT", path, headers, content, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            if error.status == _PRECONDITION_FAILED:
                return False
            raise UnavailableError("The bucket did not answer.", error.code) from error
        return True

    def tag(self, key: str, tag: str) -> None:
        """Replace an object's tags by one, such as `name=value`; without effect if the object does not exist."""
        name, _, value = tag.partition("=")
        tags = f"<TagSet><Tag><Key>{escape(name)}</Key><Value>{escape(value)}</Value></Tag></TagSet>"
        body = f'<Tagging xmlns="{_XMLNS}">{tags}</Tagging>'.encode()
        digest = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        headers = {"content-type": "application/xml", "content-md5": digest}
        try:
            self._service.request("PUT", self._path(key), headers, body, query="tagging=", try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            if error.status != _NOT_FOUND:
                raise UnavailableError("The image store did not answer.", error.code) from error

    def delete_if(self, key: str, etag: str) -> None:
        """Delete an object unless it has other contents than `etag` by now; a missing one is ignored.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
        """
        try:
            self._service.request("DELETE", self._path(key), {"if-match": etag}, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            if error.status not in {_NOT_FOUND, _PRECONDITION_FAILED}:
                raise UnavailableError("The image store did not delete.", error.code) from error

    def delete(self, keys: Sequence[str]) -> None:
        """Delete the objects under `keys` (at most 1,000); missing ones are ignored."""
        objects = "".join(f"<Object><Key>{escape(key)}</Key></Object>" for key in keys)
        body = f'<Delete xmlns="{_XMLNS}"><Quiet>true</Quiet>{objects}</Delete>'.encode()
        # S3 requires a digest of this body; MD5 is one of those it accepts.
        digest = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        headers = {"content-type": "application/xml", "content-md5": digest}
        path = f"{self._prefix}/"
        try:
            answer = self._service.request("POST", path, headers, body, query="delete=", try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            raise UnavailableError("The image store did not answer.") from error
        # In quiet mode the response lists only objects that could not be deleted.
        if b"<Error>" in answer.body:
            raise UnavailableError("The image store did not delete.", cause="DeleteObjects")


def _credentials() -> Credentials:
    try:
        return current()
    except CredentialsError as error:
        raise UnavailableError("Links cannot be signed.", "NoCredentials") from error


def _possible(credentials: Credentials, now_ms: int, life_s: int) -> int:
    if credentials.expires_ms is None:
        return life_s
    return max(1, min(life_s, (credentials.expires_ms - now_ms) // 1000))
