"""Unused phone numbers, and the codes that were sent to them."""

import itertools
import re
import secrets
from collections.abc import Iterator

import httpx

# Blocks of one operator's numbers, none of them the demo's: a limit counts what goes to each block.
_BLOCKS = "234678"
_BLOCK_SIZE = 10**6
_CODE = re.compile(r"#([0-9]{6})$")


def new_numbers() -> Iterator[str]:
    """Yield distinct numbers (E.164) forever, spread over the blocks, from a random start."""
    start = secrets.randbelow(_BLOCK_SIZE)
    for count in itertools.count():
        block = _BLOCKS[count % len(_BLOCKS)]
        yield f"+6421{block}{(start + count // len(_BLOCKS)) % _BLOCK_SIZE:06}"


def newest_code(http: httpx.Client, outbox_url: str, phone: str) -> str:
    """Return the newest code that was sent to this number; raises RuntimeError if there is none."""
    messages = http.get(outbox_url, params={"phone": phone}).raise_for_status().json()
    # People are told of other things, too.
    for message in messages:
        if found := _CODE.search(message["text"]):
            return found[1]
    raise RuntimeError("no code was sent")
