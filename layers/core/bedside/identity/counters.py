"""Counters of identity."""

from typing import Final

from bedside.platform.transient.counters import Counter

SIGN_INS: Final = Counter("sign-ins", "signIns")
# Only for the product, because a number may belong to no facility.
CODES_SENT: Final = Counter("codes-sent", "codesSent", by_facility=False)
