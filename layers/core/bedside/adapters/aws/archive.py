"""The bucket of recordings, into which they are copied piece by piece, each once."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from bedside.adapters.aws.client import AwsError, AwsService, overridden
from bedside.adapters.rest import Answer
from bedside.kernel.errors import UnavailableError

# S3 takes parts from 5 MiB on, but for the last, and 10,000 of them.
PART_BYTES: Final = 8 * 1024 * 1024
_TRY_S: Final = 30
_XMLNS: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
_TRIES: Final = 3
_NOT_FOUND: Final = 404
# Somebody else has put it there, or we have, by a try whose answer was lost; the upload is not known any more then.
_THERE_ALREADY: Final = frozenset({404, 409, 412})
_UPLOAD_ID: Final = re.compile(rb"<UploadId>([^<]+)</UploadId>")


@dataclass(frozen=True, slots=True)
class Kept:
    """An object that is whole: its SHA-256 in hex, and its bytes."""

    sha256: str
    size: int


class Archive:
    """A bucket whose objects are written once, and tagged with how long to keep them. Raises UnavailableError."""

    def __init__(self, name: str, region: str) -> None:
        own = overridden("s3")
        self._prefix = f"/{name}" if own else ""
        self._service = AwsService("s3", region, origin=own or f"https://{name}.s3.{region}.amazonaws.com")

    def kept(self, key: str) -> Kept | None:
        """Return what stands under `key`, read whole to be sure of it, or None."""
        path, digest, size = self._path(key), hashlib.sha256(), 0
        try:
            answer = self._service.request("HEAD", path, {}, try_s=_TRY_S, tries=_TRIES)
            length = int(answer.headers["content-length"])
            while size < length:
                part = {
                    "range": f"bytes={size}-{min(size + PART_BYTES, length) - 1}",
                    "if-match": answer.headers["etag"],
                }
                content = self._service.request("GET", path, part, try_s=_TRY_S, tries=_TRIES).body
                digest.update(content)
                size += len(content)
        except AwsError as error:
            if error.status == _NOT_FOUND:
                return None
            raise UnavailableError("The store of recordings did not answer.") from error
        return Kept(digest.hexdigest(), size)

    def keep(self, key: str, pieces: Iterable[bytes], *, content_type: str, retention: str) -> Kept:
        """Write an object, unless one stands there: then that is what is returned.

        Whatever `pieces` raises is raised, and then nothing is written; memory holds one part of 8 MiB.
        """
        path = self._path(key)
        headers = {"content-type": content_type, "x-amz-tagging": f"retention={quote(retention)}"}
        found = _UPLOAD_ID.search(self._ask("POST", path, headers, query="uploads=").body)
        if found is None:
            raise UnavailableError("The store of recordings did not answer.", cause="NoUploadId")
        upload = f"uploadId={quote(found[1].decode(), safe='-_.~')}"
        try:
            return self._written(key, path, upload, pieces)
        except BaseException:
            self._drop(path, upload)
            raise

    def _written(self, key: str, path: str, upload: str, pieces: Iterable[bytes]) -> Kept:
        digest, size, tags = hashlib.sha256(), 0, list[str]()
        for number, part in enumerate(_parts(pieces), 1):
            digest.update(part)
            size += len(part)
            answer = self._ask("PUT", path, {}, part, query=f"partNumber={number}&{upload}")
            tags.append(f"<Part><PartNumber>{number}</PartNumber><ETag>{answer.headers['etag']}</ETag></Part>")
        body = f'<CompleteMultipartUpload xmlns="{_XMLNS}">{"".join(tags)}</CompleteMultipartUpload>'.encode()
        headers = {"content-type": "application/xml", "if-none-match": "*"}
        try:
            answer = self._service.request("POST", path, headers, body, query=upload, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            stood = self.kept(key) if error.status in _THERE_ALREADY else None
            if stood is None:
                raise UnavailableError("The store of recordings did not answer.") from error
            self._drop(path, upload)
            return stood
        # S3 begins to answer before it is done.
        if b"<Error>" in answer.body:
            raise UnavailableError("The store of recordings did not answer.", cause="CompleteMultipartUpload")
        return Kept(digest.hexdigest(), size)

    def _drop(self, path: str, upload: str) -> None:
        # What is left of it is removed by the bucket after a day in any case.
        with suppress(UnavailableError):
            self._ask("DELETE", path, {}, query=upload)

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"", *, query: str) -> Answer:
        try:
            return self._service.request(method, path, headers, body, query=query, try_s=_TRY_S, tries=_TRIES)
        except AwsError as error:
            raise UnavailableError("The store of recordings did not answer.") from error

    def _path(self, key: str) -> str:
        return f"{self._prefix}/{quote(key, safe='/~')}"


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give the same bytes in parts of one size, but for the last."""
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        while len(gathered) >= PART_BYTES:
            yield bytes(gathered[:PART_BYTES])
            del gathered[:PART_BYTES]
    if gathered:
        yield bytes(gathered)
