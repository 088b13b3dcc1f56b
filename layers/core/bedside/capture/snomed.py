"""SNOMED CT codes of sides and body sites, told beside our own codes so that records can use them as they are."""

from collections.abc import Mapping
from typing import Any, Final

# Qualifier values, as in DICOM's context group 244 (laterality).
LATERALITIES: Final[Mapping[str, str]] = {
    "left": "7771000",  # Left
    "right": "24028007",  # Right
    "bilateral": "51440002",  # Right and left
}
# Body structures, as DICOM names them for images (PS3.16, Annex L and context group 4031) where it does.
BODY_SITES: Final[Mapping[str, str]] = {
    "scalp": "41695006",  # Scalp structure
    "face": "89545001",  # Face structure
    "eye": "81745001",  # Structure of eye proper
    "ear": "117590005",  # Ear structure
    "mouth": "123851003",  # Mouth region structure
    "neck": "45048000",  # Neck structure
    "shoulder": "16982005",  # Shoulder region structure
    "upper-arm": "40983000",  # Structure of upper limb between shoulder and elbow
    "forearm": "14975008",  # Forearm structure
    "hand": "85562004",  # Hand structure
    "chest": "51185008",  # Thoracic structure
    "abdomen": "818981001",  # Abdomen
    "back": "77568009",  # Structure of back of trunk
    "groin": "26893007",  # Inguinal region structure
    "buttock": "46862004",  # Buttock structure
    "thigh": "68367000",  # Thigh structure
    "knee": "72696002",  # Knee region structure
    "lower-leg": "30021000",  # Structure of lower limb from knee to ankle
    "ankle": "344001",  # Ankle region structure
    "foot": "56459004",  # Foot structure
}
_CODES: Final = {"laterality": LATERALITIES, "bodySite": BODY_SITES}


def with_snomed(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return metadata as stored, with the SNOMED CT code of each side and body site that has one."""
    told = dict(metadata)
    for name, codes in _CODES.items():
        if code := codes.get(metadata.get(name, {}).get("code", "")):
            told[name] = {**metadata[name], "snomed": code}
    return told
