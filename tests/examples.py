"""How much is tried where tests try things at random: little every time, much more in `make test-all`."""

import os
from typing import Final

from hypothesis import settings

# "quick", or "thorough", which takes ten times as many examples where it matters.
PROFILE: Final = os.environ.get("BEDSIDE_EXAMPLES", "quick")
_TIMES: Final = {"quick": 1, "thorough": 10}[PROFILE]

# How long an example takes says how busy the machine is, so that there are no deadlines.
settings.register_profile("quick", deadline=None)
settings.register_profile("thorough", deadline=None, print_blob=True)


def examples(quick: int) -> int:
    """Return how many examples a test tries that tries `quick` of them every time."""
    return quick * _TIMES


def load() -> None:
    settings.load_profile(PROFILE)
