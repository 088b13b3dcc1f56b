"""Copying what the provider has recorded into our own bucket, before its links expire and it deletes it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bedside.adapters.aws.archive import Archive, Kept
from bedside.adapters.downloads import Download, DownloadError, Downloads
from bedside.kernel.errors import UnavailableError
from bedside.ports.video import Rooms
from bedside.visits.recordings.facts import NOT_COPIED, copied, not_copied
from bedside.visits.recordings.model import Copy, File, Recording
from bedside.visits.recordings.repository import RecordingRepository

RETENTION: Final = "recording"
_CONTENT_TYPE: Final = "video/mp4"
# Hours of video in a quality that no visit has: what is larger is something else.
_LARGEST: Final = 20 * 1024**3
# What is left for the record, and for removing what was written in vain.
_RESERVE_S: Final = 45.0


def object_key(recording: Recording, file: File) -> str:
    """Return where a file lies in our bucket."""
    return f"recordings/{recording.facility_id}/{recording.visit_id}/{file.name}.mp4"


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies files, each once however often that is asked for; `remaining_s` is the time that there is for one."""

    repository: RecordingRepository
    rooms: Callable[[], Rooms]
    archive: Archive
    downloads: Downloads
    remaining_s: Callable[[], float]

    def copy(self, visit_id: str, name: str, *, last_try: bool) -> bool:
        """Copy a file, and tell whether that was still to be done.

        Raises DownloadError or UnavailableError; after the last try the record says that it has failed, until another
        succeeds.
        """
        recording = self.repository.read(visit_id)
        file = None if recording is None else recording.files.get(name)
        if recording is None or file is None or file.copy is not None:
            return False
        key = object_key(recording, file)
        try:
            kept = self.archive.kept(key) or self._fetched(recording, file, key)
        except (DownloadError, UnavailableError):
            if last_try:
                self.repository.learn(visit_id, lambda recording: not_copied(recording, name, NOT_COPIED))
            raise
        copy = Copy(key, kept.sha256, kept.size)
        self.repository.learn(visit_id, lambda recording: copied(recording, name, copy))
        return True

    def _fetched(self, recording: Recording, file: File, key: str) -> Kept:
        if file.link:
            try:
                return self._stored(file, file.link, key)
            except DownloadError as error:
                if not error.dead:
                    raise
        return self._stored(file, self._fresh_link(recording, file), key)

    def _stored(self, file: File, link: str, key: str) -> Kept:
        deadline_s = self.remaining_s() - _RESERVE_S
        with self.downloads.fetch(link, deadline_s=deadline_s) as download:
            pieces = _checked(download, file.size)
            return self.archive.keep(
                key, pieces, content_type=_CONTENT_TYPE, retention=RETENTION, deadline_s=deadline_s
            )

    def _fresh_link(self, recording: Recording, file: File) -> str:
        """Return a link from the provider itself, which webhooks give no id for."""
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
    """Give the bytes of a download; raises DownloadError where they are not as many as the provider has announced."""
    expected = announced if announced is not None else download.length
    if expected is None:
        raise DownloadError("Nobody says how long it is.")
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
