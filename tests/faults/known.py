"""What the bench finds and is not mended, or is meant to be so; remove an entry with its fault."""

from typing import Final

from tests.faults.job import Finding

# Kind, beginning of the step's name, beginning of the text → what is wrong.
_KNOWN: Final[dict[tuple[str, str, str], str]] = {
    (
        "failed",
        "signs in",
        "401 otp-invalid",
    ): "a code works once: if the answer to its use is lost for good, a new one has to be asked for",
}


CAUSES: Final = tuple(dict.fromkeys(_KNOWN.values()))


def known(finding: Finding) -> str:
    """Give what a finding comes from, or nothing."""
    for (kind, step, text), cause in _KNOWN.items():
        if finding.kind == kind and finding.step.startswith(step) and finding.text.startswith(text):
            return cause
    return ""
