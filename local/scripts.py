import hashlib
from collections.abc import Sequence

_SHEBANG = b"#!lua"


class Scripts:
    """Lets a plain Redis-compatible server run scripts that start with Upstash's `#!lua flags=…` line.

    The server does not know Upstash's flags, so it gets the script without them; the script keeps the SHA-1 that its
    author computed.
    """

    def __init__(self) -> None:
        self._served: dict[bytes, bytes] = {}

    def translate(self, command: Sequence[bytes]) -> list[bytes]:
        """Return the command in the form that the server supports."""
        result = list(command)
        name = result[0].upper()
        if name in {b"EVAL", b"EVAL_RO"} and len(result) > 1:
            result[1] = self._strip(result[1])
        elif name in {b"EVALSHA", b"EVALSHA_RO"} and len(result) > 1:
            result[1] = self._served.get(result[1].lower(), result[1])
        elif name == b"SCRIPT" and len(result) > 2:  # noqa: PLR2004 (the subcommand's arguments)
            if result[1].upper() == b"LOAD":
                result[2] = self._strip(result[2])
            elif result[1].upper() == b"EXISTS":
                result[2:] = [self._served.get(digest.lower(), digest) for digest in result[2:]]
        return result

    def loaded(self, command: Sequence[bytes]) -> bytes | None:
        """Return the SHA-1 that SCRIPT LOAD must return for this script, if the server's differs."""
        is_load = len(command) > 2 and command[0].upper() == b"SCRIPT" and command[1].upper() == b"LOAD"  # noqa: PLR2004 (as above)
        return _sha1(command[2]) if is_load and command[2].startswith(_SHEBANG) else None

    def _strip(self, script: bytes) -> bytes:
        if not script.startswith(_SHEBANG):
            return script
        first, newline, rest = script.partition(b"\n")
        kept = [flag for flag in _flags(first) if flag != b"allow-key-locking"]
        # The empty line keeps the line numbers of error messages right.
        stripped = (_SHEBANG + b" flags=" + b",".join(kept) if kept else b"") + newline + rest
        self._served[_sha1(script)] = _sha1(stripped)
        return stripped


def _flags(shebang: bytes) -> list[bytes]:
    _, _, flags = shebang.strip().partition(b"flags=")
    return [flag for flag in flags.split(b",") if flag]


def _sha1(script: bytes) -> bytes:
    return hashlib.sha1(script, usedforsecurity=False).hexdigest().encode()
