"""Copies recordings from the provider into our bucket, before the provider deletes them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.archive import Archive, StoredObject
from bedside.adapters.downloads import Download, DownloadError, Downloads
from bedside.kernel.errors import UnavailableError
from bedside.ports.video import Rooms
from bedside.visits.recordings.facts import NOT_COPIED, with_copy, with_copy_failure
from bedside.visits.recordings.model import Copy, File, Recording
from bedside.visits.recordings.repository import RecordingRepository

RETENTION: Final = "recording"
_CONTENT_TYPE: Final = "video/mp4"
# Larger than any plausible recording of a visit.
_LARGEST: Final = 20 * 1024**3
# Time reserved for updating DynamoDB, and for aborting a failed upload.
_RESERVE_S: Final = 45.0


def object_key(recording: Recording, file: File) -> str:
    """Return a file's key in our bucket."""
    return f"recordings/{recording.facility_id}/{recording.visit_id}/{file.name}.mp4"


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies files, each once, however often it is requested; `remaining_s` returns the time left for a copy."""

    repository: RecordingRepository
    rooms: Callable[[], Rooms]
    archive: Archive
    downloads: Downloads
    remaining_s: Callable[[], float]

    def copy(self, visit_id: str, name: str, *, last_try: bool) -> bool:
        """Copy a file, and return whether that was necessary.

        Raises DownloadError, UnavailableError. A failed last attempt marks the file as failed, until a later attempt
        succeeds.
        """
        recording = self.repository.find(visit_id)
        file = None if recording is None else recording.files.get(name)
        if recording is None or file is None or file.copy is not None:
            return False
        key = object_key(recording, file)
        try:
            stored = self.archive.find(key) or self._copy(recording, file, key)
        except (DownloadError, UnavailableError):
            if last_try:
                self.repository.update(visit_id, lambda recording: with_copy_failure(recording, name, NOT_COPIED))
            raise
        copy = Copy(key, stored.sha256, stored.size)
        self.repository.update(visit_id, lambda recording: with_copy(recording, name, copy))
        return True

    def _copy(self, recording: Recording, file: File, key: str) -> StoredObject:
        if file.link:
            try:
                return self._download(file, file.link, key)
            except DownloadError as error:
                if not error.dead:
                    raise
        return self._download(file, self._fresh_link(recording, file), key)

    def _download(self, file: File, link: str, key: str) -> StoredObject:
        deadline_s = self.remaining_s() - _RESERVE_S
        with self.downloads.fetch(link, deadline_s=deadline_s) as download:
            pieces = _checked(download, file.size)
            return self.archive.create(
                key, pieces, content_type=_CONTENT_TYPE, retention=RETENTION, deadline_s=deadline_s
            )

    def _fresh_link(self, recording: Recording, file: File) -> str:
        """Return a new link from the provider; matches the asset by path or size, because webhooks contain no id."""
        asset_id = file.asset_id
        if not asset_id:
            assets = [each for each in self.rooms().assets(recording.room_id) if each.status == "completed"]
            named = [each for each in assets if each.path and each.path == file.path]
            sized = [each for each in assets if each.size is not None and each.size == file.size]
            found = named or sized
            if len(found) != 1:
                raise DownloadError("Its link has expired, and the provider has no other.", dead=True)
            asset_id = found[0].asset_id
        return self.rooms().asset_link(asset_id)


def _checked(download: Download, announced: int | None) -> Iterator[bytes]:
    """Yield the bytes of a download. Raises DownloadError if their number differs from the announced size."""
    expected = announced if announced is not None else download.length
    if expected is None:
        raise DownloadError("Its length is unknown.")
    if download.length not in {None, expected} or not 0 < expected <= _LARGEST:
        raise DownloadError("It is not as long as it was announced.")
    came = 0
    for piece in download.pieces:
        came += len(piece)
        if came > expected:
            break
        yield piece
    if came != expected:
        raise DownloadError("It is not as long as it was announced.")
