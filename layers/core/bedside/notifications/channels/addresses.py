"""Where a message for a person goes: to their phone, their mail address, or all of their browsers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bedside.identity.person import Person
from bedside.notifications.channels.repository import ContactPointRepository
from bedside.notifications.channels.unsubscribe import link
from bedside.platform.contract import Category
from bedside.ports.channels import Address, PushSubscription


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of people; `origin` is that of the pages."""

    points: ContactPointRepository
    origin: str

    def phone(self, person: Person) -> Sequence[Address]:
        """Return the number that somebody signs in with."""
        return [person.phone]

    def mail(self, person: Person) -> Sequence[Address]:
        """Return somebody's confirmed mail address, unless it gets no more mail."""
        mail = self.points.get(person.user_id).mail
        return [mail.address] if mail and self.points.find_suppression(mail.address) is None else []

    def browsers(self, person: Person) -> Sequence[Address]:
        """Return the subscriptions of somebody's browsers, the newest first; forget those of ended sign-ins."""
        browsers = self.points.forget_ended(person).browsers.values()
        return [each.subscription for each in sorted(browsers, key=lambda browser: -browser.since)]

    def forget_browser(self, person: Person, address: Address, _now_ms: int) -> None:
        """Forget a browser that its push service does not know any more."""
        if isinstance(address, PushSubscription):
            self.points.remove_browser(person.user_id, self.points.browser_id(address.endpoint))

    def unsubscribe(self, person: Person, category: Category) -> str | None:
        """Return the link with which the reader of a mail turns mail of a category off, or None without an address."""
        mail = self.points.get(person.user_id).mail
        return link(self.origin, person.user_id, mail, category) if mail and self.origin else None


def forget_nothing(_person: Person, _address: Address, _now_ms: int) -> None:
    """Keep an address that cannot be reached: it is that of a person's account, or suppressed by mail's own events."""
