"""Keys that prove refresh tokens, device tokens and codes to be ours. No I/O."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MacKeys:
    """MAC keys from oldest to newest: the newest makes tags, and a tag of any of them is accepted."""

    keys: Sequence[bytes] = field(repr=False)

    @property
    def newest(self) -> bytes:
        return self.keys[-1]

    def accept(self, tag: str, tag_of: Callable[[bytes], str]) -> bool:
        """Return whether `tag_of` gives this tag with one of the keys; in constant time for each."""
        return any(hmac.compare_digest(tag_of(key), tag) for key in reversed(self.keys))
