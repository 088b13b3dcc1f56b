"""Links in mail with which its recipients turn off mail of a kind, without signing in (RFC 8058).

A link's token names its owner by a pseudonym; the rest is a MAC of the kind under a secret of the address. So it tells
mail hosts no kind, and works no more once the address was replaced.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from bedside.adapters.webpush.encoding import decoded, encoded
from bedside.kernel.errors import UnavailableError
from bedside.kernel.opaque_tokens import split_token
from bedside.notifications.channels.contact_points import MailAddress
from bedside.notifications.channels.repository import ContactPointRepository
from bedside.notifications.channels.representation import UnsubscribedDocument
from bedside.notifications.errors import LinkInvalidError
from bedside.notifications.preferences import CATEGORIES, Preferences
from bedside.notifications.recipients import RecipientRepository
from bedside.platform.contract import Category

_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Turns off mail of a kind for the bearer of a link."""

    points: ContactPointRepository
    recipients: RecipientRepository

    def unsubscribe(self, token: str) -> UnsubscribedDocument:
        """Send no more mail of the token's kind; again is the same. Raises LinkInvalidError, UnavailableError."""
        parts = split_token(token)
        mail = self.points.get(parts[0]).mail if parts else None
        if parts is None or mail is None:
            raise LinkInvalidError("This link is not valid any more.")
        user_id, given = parts
        # All are compared, so that the time tells nothing.
        kinds = [kind for kind in CATEGORIES if hmac.compare_digest(_mac(mail, kind), given)]
        if not kinds:
            raise LinkInvalidError("This link is not valid any more.")
        self._turn_off(user_id, kinds[0])
        return {"category": kinds[0], "state": "off"}

    def _turn_off(self, user_id: str, kind: Category) -> None:
        for _ in range(_TRIES):
            preferences = self.recipients.get(user_id).preferences
            after = without_mail(preferences, kind)
            if after == preferences or self.recipients.save_preferences(user_id, after):
                return
        raise UnavailableError("The preferences are being changed by others as well.")


def link(origin: str, user_id: str, mail: MailAddress, kind: Category) -> str:
    """Return the link that turns off mail of a kind: a page for people, and an address for mail programs to POST to."""
    return f"{origin}/unsubscribe?token={quote(user_id + _mac(mail, kind), safe='')}"


def without_mail(preferences: Preferences, kind: Category) -> Preferences:
    """Return preferences without mail for what is of a kind."""
    left = tuple(name for name in preferences.channels_of(kind) if name != "mail")
    if left == preferences.channels_of(kind):
        return preferences
    return replace(preferences, categories={**preferences.categories, kind: left})


def _mac(mail: MailAddress, kind: Category) -> str:
    return encoded(hmac.digest(decoded(mail.secret), f"unsubscribe\n{kind}".encode(), hashlib.sha256))
