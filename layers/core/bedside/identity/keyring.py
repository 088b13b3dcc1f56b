"""Signing keys: the newest signs, any of them verifies, and unknown key ids trigger a re-read."""

from collections.abc import Callable, Mapping
from typing import Final

from bedside.kernel.errors import UnavailableError

# An unknown key id may be forged, so re-reads are limited to one per interval.
_REREAD_MS: Final = 10_000


class KeyRing:
    """Signing keys by id, from oldest to newest; `read` fetches them again.

    Keys are rotated while functions run, so a running function may receive tokens signed with a newer key.
    """

    def __init__(self, keys: Mapping[str, bytes], read: Callable[[], Mapping[str, bytes]]) -> None:
        self._keys = keys
        self._read = read
        self._read_at = 0
        self._complete = True

    @property
    def newest(self) -> tuple[str, bytes]:
        """The id of the signing key, and the key."""
        kid = list(self._keys)[-1]
        return kid, self._keys[kid]

    def find(self, kid: str, now_ms: int) -> bytes | None:
        """Return the key with this id, or None. Raises UnavailableError if the keys could not be read."""
        if kid not in self._keys and now_ms - self._read_at >= _REREAD_MS:
            self._read_at, self._complete = now_ms, False
            self._keys = self._read()
            self._complete = True
        if kid not in self._keys and not self._complete:
            raise UnavailableError("The signing keys could not be read.")
        return self._keys.get(kid)
