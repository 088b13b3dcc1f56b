"""Answers of webhooks' calls, as the contract spells them."""

from typing import Literal, TypedDict


class ReceivedDocument(TypedDict):
    received: Literal[True]
