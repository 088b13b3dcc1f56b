"""Where somebody can be reached: a confirmed mail address, and browsers that take push messages. No I/O."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bedside.ports.channels import PushSubscription

# A person's phones, tablets and computers; one more ends the one that subscribed longest ago.
MOST_BROWSERS: Final = 10
_LONGEST: Final = 254  # RFC 5321, 4.5.3.1.3
# What SES takes: no comments, quotes, display names or lists, and a domain with a dot.
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*"
    r"@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_LONGEST_LOCAL: Final = 64


@dataclass(frozen=True, slots=True)
class MailAddress:
    """An address whose owner has entered the code that was sent there; `secret` is the key of links to unsubscribe."""

    address: str = field(repr=False)
    confirmed_at: int
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PendingAddress:
    """An address to which a code was sent: the code's keyed hash, its expiry (Unix ms), and how often it was tried."""

    address: str = field(repr=False)
    digest: str
    expires_at: int
    checks: int = 0


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that takes push messages, since `since` (Unix ms).

    `family_id` is the sign-in that registered it, and `device` what that calls the browser, such as "Chrome on
    Windows".
    """

    subscription: PushSubscription
    since: int
    family_id: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class ContactPoints:
    """Somebody's contact points; `sends` are the instants of the codes that they were sent, oldest first.

    `version` grows with every change.
    """

    user_id: str
    mail: MailAddress | None = None
    pending: PendingAddress | None = None
    sends: tuple[int, ...] = ()
    next_send_at: int = 0
    browsers: Mapping[str, Browser] = field(default_factory=dict)
    version: int = 0

    def with_browser(self, browser_id: str, browser: Browser) -> "ContactPoints":
        """Return them with one more browser; beyond the limit the oldest is dropped."""
        others = {name: each for name, each in self.browsers.items() if name != browser_id}
        newest = sorted(others, key=lambda name: others[name].since)[-(MOST_BROWSERS - 1) :]
        return replace(self, browsers={name: others[name] for name in newest} | {browser_id: browser})

    def without_browser(self, browser_id: str) -> "ContactPoints":
        """Return them without a browser."""
        return replace(self, browsers={name: each for name, each in self.browsers.items() if name != browser_id})

    def without_mail(self) -> "ContactPoints":
        """Return them without a mail address."""
        return replace(self, mail=None, pending=None)


def find_mail_address(text: str) -> str | None:
    """Return an address as it is stored, its domain in lower case; None if it is none that mail can be sent to."""
    found = _ADDRESS.fullmatch(text)
    local = text.rpartition("@")[0]
    if not found or len(text) > _LONGEST or len(local) > _LONGEST_LOCAL:
        return None
    return f"{local}@{found[1].lower()}"


def record(points: ContactPoints) -> dict[str, Any]:
    """Return the attributes of an item."""
    found: dict[str, Any] = {
        "version": points.version,
        "sends": list(points.sends),
        "nextSendAt": points.next_send_at,
        "browsers": {
            name: {
                "endpoint": each.subscription.endpoint,
                "p256dh": each.subscription.p256dh,
                "auth": each.subscription.auth,
                "key": each.subscription.key_id,
                "since": each.since,
                "family": each.family_id,
                "device": each.device,
            }
            for name, each in points.browsers.items()
        },
    }
    if points.mail:
        mail = points.mail
        found["mail"] = {"address": mail.address, "confirmedAt": mail.confirmed_at, "secret": mail.secret}
    if points.pending:
        pending = points.pending
        found["pending"] = {
            "address": pending.address,
            "digest": pending.digest,
            "expiresAt": pending.expires_at,
            "checks": pending.checks,
        }
    return found


def from_record(user_id: str, item: Mapping[str, Any]) -> ContactPoints:
    """Return what an item holds."""
    mail, pending = item.get("mail"), item.get("pending")
    return ContactPoints(
        user_id=user_id,
        mail=MailAddress(mail["address"], int(mail["confirmedAt"]), mail["secret"]) if mail else None,
        pending=(
            PendingAddress(pending["address"], pending["digest"], int(pending["expiresAt"]), int(pending["checks"]))
            if pending
            else None
        ),
        sends=tuple(int(at) for at in item.get("sends", ())),
        next_send_at=int(item.get("nextSendAt", 0)),
        browsers={
            name: Browser(
                PushSubscription(each["endpoint"], each["p256dh"], each["auth"], each["key"]),
                int(each["since"]),
                each.get("family", ""),
                each.get("device", ""),
            )
            for name, each in item.get("browsers", {}).items()
        },
        version=int(item["version"]),
    )
