"""Response documents of webhooks."""

from typing import Literal, TypedDict


class ReceivedDocument(TypedDict):
    received: Literal[True]
