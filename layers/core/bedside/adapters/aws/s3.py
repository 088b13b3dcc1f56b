"""The bucket of photos: links that a browser may use, and the two questions that functions ask S3 themselves."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from bedside.adapters.aws.client import AwsError, AwsService, overridden
from bedside.adapters.aws.sigv4 import Credentials, Scope, presigned_url
from bedside.kernel.errors import UnavailableError

_TRY_S: Final = 3
_TRIES: Final = 3
_NOT_FOUND: Final = 404
_XMLNS: Final = "http://s3.amazonaws.com/doc/2006-03-01/"


@dataclass(frozen=True, slots=True)
class Upload:
    """What exactly may be uploaded: `sha256` is the digest as base64, `length` in bytes."""

    key: str
    content_type: str
    length: int
    sha256: str


class Links:
    """Signs upload and download links without a network request.

    Without an `origin` they point to the bucket's own regional host; with one, to `{origin}/{bucket}/…`.
    """

    def __init__(self, bucket: str, region: str, origin: str) -> None:
        self._scope = Scope(region, "s3")
        self._origin = origin or f"https://{bucket}.s3.{region}.amazonaws.com"
        self._prefix = f"/{bucket}/" if origin else "/"

    def upload(self, upload: Upload, *, now_ms: int, life_s: int) -> tuple[str, Mapping[str, str]]:
        """Return a PUT link and the headers it must carry.

        Type, length and digest are signed, and the link cannot overwrite what is there.
        """
        headers = {
            "content-type": upload.content_type,
            "if-none-match": "*",
            "x-amz-checksum-sha256": upload.sha256,
        }
        url = presigned_url(
            Credentials.from_env(),
            self._scope,
            method="PUT",
            origin=self._origin,
            path=self._prefix + upload.key,
            query={},
            # A browser sets Content-Length itself and forbids setting it, so it is signed but not handed out.
            headers={**headers, "content-length": str(upload.length)},
            now_ms=now_ms,
            life_s=life_s,
        )
        return url, headers

    def download(self, key: str, *, now_ms: int, life_s: int, save_as: str = "") -> str:
        """Return a GET link whose answer no cache may keep, and which a browser saves under a name if one is given."""
        query = {"response-cache-control": "no-store"}
        if save_as:
            query["response-content-disposition"] = f'attachment; filename="{save_as}"'
        return presigned_url(
            Credentials.from_env(),
            self._scope,
            method="GET",
            origin=self._origin,
            path=self._prefix + key,
            query=query,
            headers={},
            now_ms=now_ms,
            life_s=life_s,
        )


class Bucket:
    """The bucket, as functions themselves use it. Raises UnavailableError when S3 does not answer in time."""

    def __init__(self, name: str, region: str) -> None:
        # The same host as the links', unless the environment has an S3 of its own.
        own = overridden("s3")
        self._prefix = f"/{name}" if own else ""
        self._service = AwsService("s3", region, origin=own or f"https://{name}.s3.{region}.amazonaws.com")

    def holds(self, key: str) -> bool:
        """Tell whether an object stands under `key`."""
        try:
            self._service.request("HEAD", f"{self._prefix}/{quote(key, safe='/~')}", {}, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            if error.status == _NOT_FOUND:
                return False
            raise UnavailableError("The image store did not answer.") from error
        return True

    def remove(self, keys: Sequence[str]) -> None:
        """Delete whatever objects there are under `keys`, at most 1,000 of them."""
        objects = "".join(f"<Object><Key>{escape(key)}</Key></Object>" for key in keys)
        body = f'<Delete xmlns="{_XMLNS}"><Quiet>true</Quiet>{objects}</Delete>'.encode()
        # S3 asks for a digest of this body in one of the ways it knows.
        digest = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        headers = {"content-type": "application/xml", "content-md5": digest}
        path = f"{self._prefix}/"
        try:
            answer = self._service.request("POST", path, headers, body, query="delete=", try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            raise UnavailableError("The image store did not answer.") from error
        # Quiet means that only what could not be deleted is named.
        if b"<Error>" in answer.body:
            raise UnavailableError("The image store did not delete.", cause="DeleteObjects")
