"""Shapes of the answers about contact points."""

from collections.abc import Callable
from typing import Literal, TypedDict

from bedside.kernel.instants import iso
from bedside.notifications.channels.contact_points import ContactPoints
from bedside.notifications.channels.repository import Suppression
from bedside.platform.contract import Category


class SubscriptionDocument(TypedDict):
    """A browser that takes push messages, `current` if the sign-in that asks has registered it.

    `device` names the browser, such as "Chrome on Windows", and is null if that is not known; `service` is the host of
    its push service.
    """

    subscriptionId: str
    device: str | None
    current: bool
    service: str
    since: str


class SubscriptionListDocument(TypedDict):
    """The caller's browsers, and the key to subscribe with in base64url, null if push messages are not set up."""

    publicKey: str | None
    subscriptions: list[SubscriptionDocument]


class PendingAddressDocument(TypedDict):
    """An address whose code was sent: whole seconds until it expires, and until another one may be sent.

    It is `suppressed` if the code came back, which it does from a mistyped address.
    """

    address: str
    suppressed: Suppression | None
    expiresIn: int
    resendAfter: int


class MailAddressDocument(TypedDict):
    """The caller's mail address. `available` is false where nobody sends mail.

    `suppressed` says why the address gets none: mail came back from it, or somebody marked it as spam there.
    """

    available: bool
    address: str | None
    suppressed: Suppression | None
    pending: PendingAddressDocument | None


class UnsubscribedDocument(TypedDict):
    """The kind of messages that no longer come by mail."""

    category: Category
    state: Literal["off"]


def mail_address_document(
    points: ContactPoints, suppressed: Callable[[str], Suppression | None], now_ms: int, *, available: bool
) -> MailAddressDocument:
    """Return the addresses of somebody's contact points; `suppressed` tells why one gets no mail."""
    pending = points.pending
    waiting: PendingAddressDocument | None = None
    if pending and pending.expires_at > now_ms:
        waiting = {
            "address": pending.address,
            "suppressed": suppressed(pending.address),
            "expiresIn": _seconds(pending.expires_at - now_ms),
            "resendAfter": _seconds(points.next_send_at - now_ms),
        }
    return {
        "available": available,
        "address": points.mail.address if points.mail else None,
        "suppressed": suppressed(points.mail.address) if points.mail else None,
        "pending": waiting,
    }


def subscription_list_document(
    points: ContactPoints, public_key: str | None, family_id: str
) -> SubscriptionListDocument:
    """Return somebody's browsers, the newest first; `family_id` is the sign-in that asks."""
    browsers = sorted(points.browsers.items(), key=lambda each: -each[1].since)
    return {
        "publicKey": public_key,
        "subscriptions": [
            {
                "subscriptionId": name,
                "device": browser.device or None,
                "current": browser.family_id == family_id,
                "service": browser.subscription.endpoint.split("/")[2],
                "since": iso(browser.since),
            }
            for name, browser in browsers
        ],
    }


def _seconds(left_ms: int) -> int:
    return max(0, -(-left_ms // 1000))
