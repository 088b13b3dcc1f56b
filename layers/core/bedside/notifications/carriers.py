"""Carriers: the channels with the addresses at which they reach people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bedside.identity.person import Person
from bedside.kernel.errors import UnavailableError
from bedside.platform.contract import Category
from bedside.ports.channels import Address, Channel, Delivery, Message


@dataclass(frozen=True, slots=True)
class Carrier:
    """A channel, and where it reaches a person: nowhere if `addresses` are none.

    `on_gone` is told of an address that the provider no longer knows, at an instant (Unix ms). `unsubscribe` returns
    the link with which a person turns this channel off for a category, where it has one.
    """

    channel: Channel
    addresses: Callable[[Person], Sequence[Address]]
    on_gone: Callable[[Person, Address, int], None]
    unsubscribe: Callable[[Person, Category], str | None] = lambda _person, _category: None

    def send(self, person: Person, addresses: Sequence[Address], message: Message, now_ms: int) -> Delivery:
        """Send a message to every address, and return the best of what the provider said.

        Raises DeliveryUnknownError, UnavailableError if one of them failed so, and no other was reached.
        """
        sent: Delivery | None = None
        worst: Delivery | None = None
        failure: UnavailableError | None = None
        for address in addresses:
            try:
                delivery = self.channel.send(address, message)
            except UnavailableError as error:  # raised below, unless another address was reached
                failure = error
                continue
            if delivery.state == "gone":
                self.on_gone(person, address, now_ms)
            if delivery.state == "sent":
                sent = sent or delivery
            else:
                worst = delivery if worst is None or delivery.state == "throttled" else worst
        if sent:
            return sent
        if failure:
            raise failure
        return worst or Delivery("gone")
