"""The bucket of recordings: each object is written once, by boto3's transfer manager.

Nobody waits for `recording_copy` to start, so it can afford the SDK (docs/adr/0003-no-sdk-on-the-request-path.md).
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

# S3 takes parts from 5 MiB on, but for the last, and 10,000 of them.
PART_BYTES: Final = 8 * 1024 * 1024
# Parts under way, while the next is being read. The source is one connection, which two keep busy.
PARTS_UNDER_WAY: Final = 2
_CONNECT_S: Final = 5
# Per read, not per request: what cannot end by then is left to Lambda's own end, and to the next delivery.
_READ_S: Final = 20
_TRIES: Final = 3
_NOT_FOUND: Final = 404
# Another delivery has stored the object, or this one has and the answer was lost (then the upload is no longer known).
_ALREADY_STORED: Final = frozenset({404, 409, 412})
_FAILURES: Final = (BotoCoreError, ClientError, CancelledError, RetriesExceededError, S3DownloadFailedError)
_TRANSFERS: Final = TransferConfig(
    multipart_threshold=PART_BYTES,
    multipart_chunksize=PART_BYTES,
    max_request_concurrency=PARTS_UNDER_WAY,
    max_in_memory_upload_chunks=PARTS_UNDER_WAY,
    max_in_memory_download_chunks=PARTS_UNDER_WAY,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A complete object: its SHA-256 in hex, and its size in bytes."""

    sha256: str
    size: int


class Archive:
    """A bucket whose objects are written once, and tagged with how long to keep them. Raises UnavailableError."""

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
        # The transfer manager refuses IfNoneMatch among its arguments, although both requests have it.
        for operation in ("PutObject", "CompleteMultipartUpload"):
            self._s3.meta.events.register(f"provide-client-params.s3.{operation}", _unless_stored)

    def kept(self, key: str) -> Kept | None:
        """Return what is stored under `key`, after reading all of it, or None."""
        sink = _Sink()
        try:
            with TransferManager(self._s3, _TRANSFERS) as transfers:
                transfers.download(self._name, key, sink).result()  # type: ignore[arg-type]  # it needs write only
        except _FAILURES as error:
            if _status(error) == _NOT_FOUND:
                return None
            raise UnavailableError("The store of recordings did not answer.") from error
        return sink.kept()

    def keep(
        self,
        key: str,
        pieces: Iterable[bytes],
        *,
        content_type: str,
        retention: str,
        deadline_s: float = threading.TIMEOUT_MAX,
    ) -> Kept:
        """Store an object and return it, or return the one that is stored under `key` already.

        S3 checks the SHA-256 of every part. Memory holds PARTS_UNDER_WAY parts and the next. After `deadline_s` seconds
        no request is begun except the one that removes the parts. If `pieces` raises, nothing is stored, and the
        exception is passed on.
        """
        source = _Source(pieces)
        arguments = {
            "ContentType": content_type,
            "Tagging": f"retention={quote(retention)}",
            "ChecksumAlgorithm": "SHA256",
        }
        try:
            with TransferManager(self._s3, _TRANSFERS) as transfers:
                # An incomplete upload is aborted by the manager; what that misses, the bucket removes after a day.
                transfer = transfers.upload(io.BufferedReader(source), self._name, key, arguments)
                source.over = transfer.done
                _await(transfer, deadline_s)
        except _FAILURES as error:
            stored = self.kept(key) if _status(error) in _ALREADY_STORED else None
            if stored is None:
                raise UnavailableError("The store of recordings did not answer.") from error
            return stored
        return source.kept()


def _unless_stored(params: dict[str, Any], **_: object) -> None:
    params["IfNoneMatch"] = "*"


def _await(transfer: "TransferFuture", deadline_s: float) -> None:
    """Wait for a transfer, and cancel it after `deadline_s` seconds; raises what it failed with."""
    timer = threading.Timer(min(deadline_s, threading.TIMEOUT_MAX), transfer.cancel)
    timer.daemon = True
    timer.start()
    try:
        transfer.result()
    finally:
        timer.cancel()


def _status(error: Exception) -> int:
    """Return the status that S3 answered with; 0 if it did not answer."""
    answer: Mapping[str, Any] = error.response if isinstance(error, ClientError) else {}
    return int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


class _Hashed(io.RawIOBase):
    """A stream that knows the SHA-256 and the size of what went through it."""

    def __init__(self) -> None:
        super().__init__()
        self._digest = hashlib.sha256()
        self._size = 0

    def kept(self) -> Kept:
        return Kept(self._digest.hexdigest(), self._size)

    def _pass(self, content: bytes | memoryview) -> int:
        self._digest.update(content)
        self._size += len(content)
        return len(content)


class _Source(_Hashed):
    """Pieces of any size as a stream to read from, until the transfer is `over`: the manager itself would read on."""

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
    """A stream to write to that keeps nothing but the digest."""

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]  # RawIOBase types it as any buffer
        return self._pass(content)
