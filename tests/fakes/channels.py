"""A channel that carries nothing, and says what a test wants it to say."""

from dataclasses import dataclass, field

from bedside.kernel.errors import UnavailableError
from bedside.ports.channels import Address, Delivery, Message


@dataclass
class FakeChannel:
    """Keeps what it was given; `says` are its answers in turn, after which it takes everything."""

    sent: list[tuple[Address, Message]] = field(default_factory=list)
    says: list[Delivery | UnavailableError] = field(default_factory=list)

    def send(self, to: Address, message: Message) -> Delivery:
        self.sent.append((to, message))
        said = self.says.pop(0) if self.says else Delivery("sent", f"provider-{len(self.sent)}")
        if isinstance(said, UnavailableError):
            raise said
        return said
