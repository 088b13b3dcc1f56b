"""SNOMED CT codes of sides and body sites, told beside our own codes so that records can use them as they are."""

from collections.abc import Mapping
from typing import Any, Final

# Qualifier values, as in DICOM's context group 244 (laterality).
LATERALITIES: Final[Mapping[str, str]] = {
    "left": "7771000",
    "right": "24028007",
    "bilateral": "51440002",
}
# Body structures, as DICOM names them for images (PS3.16, Annex L and context group 4031) where it does.
BODY_SITES: Final[Mapping[str, str]] = {
    "scalp": "41695006",
    "face": "89545001",
    "eye": "81745001",
    "ear": "117590005",
    "mouth": "123851003",
    "neck": "45048000",
    "shoulder": "16982005",
    "upper-arm": "40983000",
    "forearm": "14975008",
    "hand": "85562004",
    "chest": "51185008",
    "abdomen": "818981001",
    "back": "77568009",
    "groin": "26893007",
    "buttock": "46862004",
    "thigh": "68367000",
    "knee": "72696002",
    "lower-leg": "30021000",
    "ankle": "344001",
    "foot": "56459004",
}
# The preferred terms of these codes in the international edition, in English.
PREFERRED: Final[Mapping[str, str]] = {
    "7771000": "Left",
    "24028007": "Right",
    "51440002": "Right and left",
    "41695006": "Scalp structure",
    "89545001": "Face structure",
    "81745001": "Structure of eye proper",
    "117590005": "Ear structure",
    "123851003": "Mouth region structure",
    "45048000": "Neck structure",
    "16982005": "Shoulder region structure",
    "40983000": "Structure of upper limb between shoulder and elbow",
    "14975008": "Forearm structure",
    "85562004": "Hand structure",
    "51185008": "Thoracic structure",
    "818981001": "Abdomen",
    "77568009": "Structure of back of trunk",
    "26893007": "Inguinal region structure",
    "46862004": "Buttock structure",
    "68367000": "Thigh structure",
    "72696002": "Knee region structure",
    "30021000": "Structure of lower limb from knee to ankle",
    "344001": "Ankle region structure",
    "56459004": "Foot structure",
}
_CODES: Final = {"laterality": LATERALITIES, "bodySite": BODY_SITES}


def with_snomed(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return metadata as stored, with the SNOMED CT code of each side and body site that has one."""
    told = dict(metadata)
    for name, codes in _CODES.items():
        if code := codes.get(metadata.get(name, {}).get("code", "")):
            told[name] = {**metadata[name], "snomed": code}
    return told
