"""The keys that sign: the newest signs, any of them verifies, and a new one is fetched when it first turns up."""

from collections.abc import Callable, Mapping
from typing import Final

from bedside.kernel.errors import UnavailableError

# An unknown key id may be anybody's invention: it makes us ask at most so often.
_REREAD_MS: Final = 10_000


class KeyRing:
    """Signing keys by their id, oldest to newest; `read` gives them anew.

    Keys are rotated while functions run: one that starts earlier meets tokens of a key that it has not read yet.
    """

    def __init__(self, keys: Mapping[str, bytes], read: Callable[[], Mapping[str, bytes]]) -> None:
        self._keys = keys
        self._read = read
        self._asked_at = 0
        self._answered = True

    @property
    def newest(self) -> tuple[str, bytes]:
        """The key that signs, with its id."""
        kid = list(self._keys)[-1]
        return kid, self._keys[kid]

    def find(self, kid: str, now_ms: int) -> bytes | None:
        """Return the key with this id, None where there is none; raises UnavailableError where that cannot be told."""
        if kid not in self._keys and now_ms - self._asked_at >= _REREAD_MS:
            self._asked_at, self._answered = now_ms, False
            self._keys = self._read()
            self._answered = True
        if kid not in self._keys and not self._answered:
            raise UnavailableError("The signing keys could not be read.")
        return self._keys.get(kid)
