"""What identity counts."""

from typing import Final

from bedside.platform.transient.counters import Counter

SIGN_INS: Final = Counter("sign-ins", "signIns")
# A code goes to a number, which may belong to no facility.
CODES_SENT: Final = Counter("codes-sent", "codesSent", by_facility=False)
