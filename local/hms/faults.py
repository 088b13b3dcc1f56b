"""What may go wrong on purpose: webhooks late, twice, in another order or never, and recordings that fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from local import faults
from local.hms.kinds import KINDS


@dataclass(frozen=True)
class Faults(faults.Faults):
    """The switches; `fail_recordings` makes recordings fail."""

    READERS: ClassVar[Mapping[str, tuple[str, faults.Reader]]] = {
        **faults.readers(KINDS),
        "failRecordings": ("fail_recordings", faults.truth),
    }

    fail_recordings: bool = False
