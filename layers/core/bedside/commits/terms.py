"""What records call body sites, sides and types of images: in English, whoever chose them. No I/O."""

from collections.abc import Mapping
from typing import Any, Final

from bedside.capture.snomed import BODY_SITES, LATERALITIES, PREFERRED
from bedside.ports.records import Term

IMAGE_TYPES: Final = ("overview", "close-up", "dermoscopy")
_NAMES: Final[Mapping[str, str]] = {
    **{code: code.replace("-", " ").capitalize() for code in (*BODY_SITES, *LATERALITIES)},
    **{code: code.capitalize() for code in IMAGE_TYPES},
}


def term_of(coded: Any) -> Term | None:  # noqa: ANN401  # metadata as stored
    """Return a term of a photo's metadata; None if there is none, or if it does not apply.

    What has no code of ours is called as whoever chose it has called it.
    """
    if not isinstance(coded, Mapping) or coded.get("code") == "na":
        return None
    code, snomed = str(coded["code"]), coded.get("snomed")
    name = _NAMES.get(code) or str(coded.get("display") or code)
    return Term(code, name, snomed, PREFERRED.get(snomed, "") if snomed else "")
