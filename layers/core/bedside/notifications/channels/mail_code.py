"""The code that shows that a mail address is its owner's, by identity's rules for one-time codes. No I/O."""

from dataclasses import replace
from typing import Final

from bedside.identity.errors import TooManyCodesError
from bedside.identity.otp import CHECKS_PER_CODE, DAY_MS, DIGITS, code_digest, send_limit
from bedside.notifications.channels.contact_points import ContactPoints, MailAddress, PendingAddress

# NIST SP 800-63B allows a code sent by other ways than a phone as long; mail may take a while.
LIFE_MS: Final = 10 * 60_000
RESEND_MS: Final = 60_000


def requested(points: ContactPoints, address: str, digest: str, now_ms: int) -> ContactPoints:
    """Return contact points after another code was requested, which replaces an earlier one.

    Raises TooManyCodesError: codes to all addresses count together, or anybody's mailbox could be filled.
    """
    reached = send_limit(points.sends, now_ms)
    if reached:
        raise TooManyCodesError("You were sent many codes. Wait before you ask for another.", *reached)
    return replace(
        points,
        pending=PendingAddress(address, digest, now_ms + LIFE_MS),
        sends=(*(at for at in points.sends if at > now_ms - DAY_MS), now_ms),
        next_send_at=now_ms + RESEND_MS,
    )


def waits(points: ContactPoints, address: str, now_ms: int) -> bool:
    """Return whether a code to this address was sent a moment ago."""
    return points.pending is not None and points.pending.address == address and points.next_send_at > now_ms


def unsent(points: ContactPoints, sent_at: int) -> ContactPoints:
    """Return contact points after a code could not be sent, so that another may be requested at once."""
    return replace(points, pending=None, sends=tuple(at for at in points.sends if at != sent_at), next_send_at=0)


def checked(points: ContactPoints, now_ms: int) -> ContactPoints:
    """Return contact points after one more check; without a code that may be checked they have no pending address.

    The check counts before the code is compared, so that many at once do not get more of them.
    """
    pending = points.pending
    if pending is None or pending.expires_at <= now_ms or pending.checks >= CHECKS_PER_CODE:
        return replace(points, pending=None)
    return replace(points, pending=replace(pending, checks=pending.checks + 1))


def confirmed(points: ContactPoints, secret: str, now_ms: int) -> ContactPoints:
    """Return contact points whose pending address is the owner's from now on.

    The codes sent still count: or whoever confirms an address of theirs could send as many again to others.
    """
    if points.pending is None:
        raise ValueError("nothing to confirm")
    return replace(points, mail=MailAddress(points.pending.address, now_ms, secret), pending=None)


def digest_of(key: bytes, user_id: str, address: str, code: str) -> str:
    """Return the stored form of a code, bound to the person and the address."""
    return code_digest(key, f"{user_id}\n{address}", code)


def find_code(text: str) -> str | None:
    """Return the six digits in what somebody typed, perhaps with spaces; None if there are none."""
    digits = text.replace(" ", "").replace("-", "")
    return digits if digits.isascii() and digits.isdigit() and len(digits) == DIGITS else None
