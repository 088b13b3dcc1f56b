"""Browsers that take push messages, as their owners register them."""

from dataclasses import dataclass

from bedside.adapters.allowed_hosts import AddressError, AllowedHosts
from bedside.adapters.webpush.encoding import decoded
from bedside.adapters.webpush.encryption import AUTH_BYTES, public_key
from bedside.adapters.webpush.vapid import VapidKeys
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal
from bedside.kernel.errors import FieldFault, InvalidRequestError
from bedside.notifications.channels.contact_points import Browser, ContactPoints
from bedside.notifications.channels.repository import ContactPointRepository
from bedside.notifications.channels.representation import (
    SubscriptionDocument,
    SubscriptionListDocument,
    subscription_list_document,
)
from bedside.notifications.channels.requests import SubscriptionRequest
from bedside.notifications.errors import ChannelOffError
from bedside.ports.channels import PushSubscription


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The caller's browsers. Without `keys` nobody can add one."""

    points: ContactPointRepository
    keys: VapidKeys | None
    hosts: AllowedHosts
    people: PersonRepository

    def list_own(self, who: Principal) -> SubscriptionListDocument:
        """Return the caller's browsers, and the key to subscribe with."""
        key = self.keys.public_key(self.keys.newest) if self.keys else None
        person = self.people.find_unscoped(who.user_id)
        points = self.points.forget_ended(person) if person else self.points.get(who.user_id)
        return subscription_list_document(points, key, who.family_id)

    def add(self, who: Principal, request: SubscriptionRequest, now_ms: int) -> tuple[SubscriptionDocument, bool]:
        """Register a browser, and return whether it was new to the caller. It belongs to the last who registered it.

        Raises ChannelOffError, InvalidRequestError, UnavailableError.
        """
        if self.keys is None:
            raise ChannelOffError("Push messages are not set up here.")
        subscription = _subscription(request, self.keys, self.hosts)
        browser_id = self.points.browser_id(subscription.endpoint)
        person = self.people.find_unscoped(who.user_id)
        family = person.families.get(who.family_id) if person else None
        device = family.device if family else ""

        def changed(points: ContactPoints) -> ContactPoints:
            known = points.browsers.get(browser_id)
            if known == Browser(subscription, known.since if known else now_ms, who.family_id, device):
                return points
            return points.with_browser(browser_id, Browser(subscription, now_ms, who.family_id, device))

        is_new = self.points.add_browser(who.user_id, browser_id, changed)
        listed = self.list_own(who)["subscriptions"]
        [document] = [each for each in listed if each["subscriptionId"] == browser_id]
        return document, is_new

    def remove(self, who: Principal, browser_id: str) -> None:
        """Forget one of the caller's browsers; again, or one of others, changes nothing."""
        self.points.remove_browser(who.user_id, browser_id)


def _subscription(request: SubscriptionRequest, keys: VapidKeys, hosts: AllowedHosts) -> PushSubscription:
    try:
        hosts.parse(request.endpoint)
    except AddressError as error:
        raise _refused("endpoint", "This is not the address of a push service that is used here.") from error
    try:
        public_key(decoded(request.keys.p256dh))
    except ValueError as error:
        raise _refused("keys.p256dh", "This is not a browser's key.") from error
    try:
        if len(decoded(request.keys.auth)) != AUTH_BYTES:
            raise ValueError("another length")  # noqa: TRY301  # as what is not base64url at all
    except ValueError as error:
        raise _refused("keys.auth", "This is not a browser's secret.") from error
    key_id: str | None = keys.newest
    if request.application_server_key is not None:
        key_id = keys.find_id(request.application_server_key)
    if key_id is None:
        raise _refused("applicationServerKey", "This key is not ours. Subscribe with the current one.")
    return PushSubscription(request.endpoint, request.keys.p256dh, request.keys.auth, key_id)


def _refused(field: str, message: str) -> InvalidRequestError:
    return InvalidRequestError([FieldFault(field, message)])
