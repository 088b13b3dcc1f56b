"""The bucket of recordings: each object is written once, by boto3's transfer manager.

No user waits for `recording_copy`, so it can afford the SDK's cold start
(docs/adr/0003-no-sdk-on-the-request-path.md).
"""

import hashlib
import io
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from s3transfer.exceptions import CancelledError, RetriesExceededError, S3DownloadFailedError
from s3transfer.manager import TransferConfig, TransferManager

from bedside.adapters.aws.client import overridden
from bedside.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from s3transfer.futures import TransferFuture

# S3 requires at least 5 MiB per part, except for the last, and at most 10,000 parts.
PART_BYTES: Final = 8 * 1024 * 1024
# Concurrent uploads of parts, while the next part is being read; two keep the source's one connection busy.
PARTS_IN_FLIGHT: Final = 2
_CONNECT_S: Final = 5
# Per read, not per request: a transfer that hangs ends with the invocation, and the message is delivered again.
_READ_S: Final = 20
_TRIES: Final = 3
_NOT_FOUND: Final = 404
# Another delivery has stored the object, or this one has but the response was lost; then S3 may not know the upload.
_ALREADY_STORED: Final = frozenset({404, 409, 412})
_FAILURES: Final = (BotoCoreError, ClientError, CancelledError, RetriesExceededError, S3DownloadFailedError)
_TRANSFERS: Final = TransferConfig(
    multipart_threshold=PART_BYTES,
    multipart_chunksize=PART_BYTES,
    max_request_concurrency=PARTS_IN_FLIGHT,
    max_in_memory_upload_chunks=PARTS_IN_FLIGHT,
    max_in_memory_download_chunks=PARTS_IN_FLIGHT,
)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """A complete object: its SHA-256 in hex, and its size in bytes."""

    sha256: str
    size: int


class Archive:
    """A bucket whose objects are written once and tagged with a retention class. Methods raise UnavailableError."""

    def __init__(self, name: str, region: str) -> None:
        self._name = name
        self._s3 = boto3.client(
            "s3",
            region_name=region,
            config=Config(
                connect_timeout=_CONNECT_S,
                read_timeout=_READ_S,
                retries={"mode": "standard", "total_max_attempts": _TRIES},
                s3={"addressing_style": "path" if overridden("s3") else "virtual"},
            ),
        )
        # The transfer manager does not accept IfNoneMatch as an argument, although both operations support it.
        for operation in ("PutObject", "CompleteMultipartUpload"):
            self._s3.meta.events.register(f"provide-client-params.s3.{operation}", _unless_stored)

    def find(self, key: str) -> StoredObject | None:
        """Return the object under `key`, after reading all of it to compute its digest, or None."""
        sink = _Sink()
        try:
            with TransferManager(self._s3, _TRANSFERS) as transfers:
                transfers.download(self._name, key, sink).result()  # type: ignore[arg-type]  # it needs write only
        except _FAILURES as error:
            if _status(error) == _NOT_FOUND:
                return None
            raise UnavailableError("The store of recordings did not answer.") from error
        return sink.stored()

    def create(
        self,
        key: str,
        pieces: Iterable[bytes],
        *,
        content_type: str,
        retention: str,
        deadline_s: float = threading.TIMEOUT_MAX,
    ) -> StoredObject:
        """Store an object and return it; if the key is taken, return the existing object.

        S3 verifies the SHA-256 of every part. Memory holds PARTS_IN_FLIGHT parts and the next one. After `deadline_s`
        seconds no request is sent, except to abort the upload. If `pieces` raises, nothing is stored, and the error
        propagates.
        """
        source = _Source(pieces)
        arguments = {
            "ContentType": content_type,
            "Tagging": f"retention={quote(retention)}",
            "ChecksumAlgorithm": "SHA256",
        }
        try:
            with TransferManager(self._s3, _TRANSFERS) as transfers:
                # The manager aborts an incomplete upload; if that fails, the bucket removes it after a day.
                transfer = transfers.upload(io.BufferedReader(source), self._name, key, arguments)
                source.over = transfer.done
                _await(transfer, deadline_s)
        except _FAILURES as error:
            stored = self.find(key) if _status(error) in _ALREADY_STORED else None
            if stored is None:
                raise UnavailableError("The store of recordings did not answer.") from error
            return stored
        return source.stored()


def _unless_stored(params: dict[str, Any], **_: object) -> None:
    params["IfNoneMatch"] = "*"


def _await(transfer: "TransferFuture", deadline_s: float) -> None:
    """Wait for a transfer, and cancel it after `deadline_s` seconds. Raises the transfer's error."""
    timer = threading.Timer(min(deadline_s, threading.TIMEOUT_MAX), transfer.cancel)
    timer.daemon = True
    timer.start()
    try:
        transfer.result()
    finally:
        timer.cancel()


def _status(error: Exception) -> int:
    """Return the status of S3's response, or 0 without a response."""
    answer: Mapping[str, Any] = error.response if isinstance(error, ClientError) else {}
    return int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


class _Hashed(io.RawIOBase):
    """A stream that computes the SHA-256 and the size of its content."""

    def __init__(self) -> None:
        super().__init__()
        self._digest = hashlib.sha256()
        self._size = 0

    def stored(self) -> StoredObject:
        return StoredObject(self._digest.hexdigest(), self._size)

    def _pass(self, content: bytes | memoryview) -> int:
        self._digest.update(content)
        self._size += len(content)
        return len(content)


class _Source(_Hashed):
    """A readable stream of pieces; stops once the transfer is `over`, because the manager would keep reading."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__()
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")
        self.over: Callable[[], bool] = lambda: False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase types it as any buffer
        if self.over():
            raise CancelledError
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        given = self._rest[: len(buffer)]
        buffer[: len(given)] = given
        self._rest = self._rest[len(given) :]
        return self._pass(given)


class _Sink(_Hashed):
    """A writable stream that discards its content."""

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]  # RawIOBase types it as any buffer
        return self._pass(content)
