"""What the bench finds and is not mended, or is meant to be so; remove an entry with its fault."""

from typing import Final

from tests.faults.job import Finding

_NO_ROOM: Final = "without the provider there is no first join and no recording: pages say so, and go on asking"
# Service, kind, beginning of the step's name, beginning of the text → what is wrong.
_KNOWN: Final[dict[tuple[str, str, str, str], str]] = {
    ("provider", "failed", "patient joins", "503 unavailable"): _NO_ROOM,
    ("provider", "failed", "practitioner records", "503 unavailable"): _NO_ROOM,
}


CAUSES: Final = tuple(dict.fromkeys(_KNOWN.values()))


def known(finding: Finding, service: str) -> str:
    """Give what a finding comes from that a service's fault has brought about, or nothing."""
    for (whose, kind, step, text), cause in _KNOWN.items():
        if (whose, kind) == (service, finding.kind) and finding.step.startswith(step) and finding.text.startswith(text):
            return cause
    return ""
