"""What goes back when a booking is cancelled: of a payment, or to a pack of visits. No I/O."""

from typing import Final, Literal

from bedside.identity.facility import BookingPolicy

_HOUR_MS: Final = 3_600_000
_ALL: Final = 100

# Who gave the booking up: the patient, the practice (its practitioner or an administrator), or the practitioner by not
# coming.
type CancelledBy = Literal["patient", "practice", "absence"]


def free_until(policy: BookingPolicy, starts_at: int) -> int:
    """Return until when (Unix ms) a patient gets everything back for a booking that starts at an instant."""
    return starts_at - policy.free_until_hours * _HOUR_MS


def refund_due(policy: BookingPolicy, by: CancelledBy, at: int, starts_at: int, paid: int) -> int:
    """Return how much of `paid` goes back for a booking that was cancelled at an instant (Unix ms), rounded down."""
    if by != "patient" or at <= free_until(policy, starts_at):
        return paid
    return paid * policy.late_refund_percent // _ALL


def gives_visit_back(policy: BookingPolicy, by: CancelledBy, at: int, starts_at: int) -> bool:
    """Return whether the visit of a pack goes back to it: there are no parts of visits, so a share is nothing."""
    return by != "patient" or at <= free_until(policy, starts_at) or policy.late_refund_percent >= _ALL
