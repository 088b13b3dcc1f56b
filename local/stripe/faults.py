"""What may go wrong on purpose: webhooks and the API as at every stand-in, and refunds and payouts that fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from local import faults
from local.stripe.kinds import KINDS


@dataclass(frozen=True)
class Faults(faults.Faults):
    """The switches; `fail_refunds` and `fail_payouts` make new ones fail after a moment."""

    READERS: ClassVar[Mapping[str, tuple[str, faults.Reader]]] = {
        **faults.readers(KINDS),
        "failRefunds": ("fail_refunds", faults.truth),
        "failPayouts": ("fail_payouts", faults.truth),
    }

    fail_refunds: bool = False
    fail_payouts: bool = False
