"""A queue in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Messages:
    """Takes messages as bedside.adapters.aws.sqs.Queue does, and keeps them."""

    sent: list[Mapping[str, str]] = field(default_factory=list)

    def send(self, message: Mapping[str, str]) -> None:
        self.sent.append(message)
