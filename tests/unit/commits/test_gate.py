"""What photos need before they go to the record, and what they are called there."""

from dataclasses import replace
from typing import Any

import pytest

from bedside.capture.image import Image
from bedside.capture.model import Session
from bedside.capture.patient import Patient
from bedside.capture.session_record import session_from_record
from bedside.commits.gate import Missing, PatientCheck, Wish, confirmation, judged, still_confirmed
from bedside.commits.sides import contradicts
from bedside.commits.terms import term_of
from bedside.ports.records import Term
from tests.unit.capture.test_model import ITEM

METADATA: dict[str, Any] = {
    "bodySite": {"code": "forearm", "display": "Forearm"},
    "laterality": {"code": "left", "display": "Left"},
    "imageType": {"code": "close-up", "display": "Close-up"},
}
NONE: dict[str, Any] = {"bodySite": None, "laterality": None, "imageType": None}
IMAGE = Image("a", "key", 1, 7, 0, METADATA, notified=True, generation=0)
WISH = Wish("a", 7)
PATIENT = Patient("PAT-1", "Aroha Ngata", "ZZZ0016")


def session(image: Image, *, consent: bool = True) -> Session:
    found = session_from_record({**ITEM, **({"consent": {"manner": "spoken", "at": 1}} if consent else {})})
    return replace(found, images={"a": image}, patient=PATIENT)


def missing(image: Image = IMAGE, wish: Wish = WISH, *, consent: bool = True) -> list[Missing]:
    return list(judged(session(image, consent=consent), [wish]).get("a", []))


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({}, []),
        (NONE, ["body-site", "image-type"]),
        ({"laterality": None}, ["laterality"]),
        ({"laterality": {"code": "na", "display": "None"}}, ["laterality"]),
        ({"laterality": {"code": "bilateral", "display": "Both"}}, []),
        ({"laterality": None, "bodySite": {"code": "chest", "display": "Chest"}}, []),
        ({"laterality": None, "bodySite": {"code": "elsewhere", "display": "Behind the ear"}}, []),
        ({"notes": "Right forearm"}, ["side-contradiction"]),
        ({"notes": "Left forearm"}, []),
    ],
)
def test_a_photo_needs_site_type_and_side(changes: dict[str, Any], lacks: list[Missing]) -> None:
    """A side only where the site has sides, and none that contradicts the note."""
    metadata = {name: value for name, value in {**METADATA, **changes}.items() if value}
    assert missing(replace(IMAGE, metadata=metadata)) == lacks


def test_nothing_else_matters_of_what_is_taken() -> None:
    """Only that it is in the record, or on its way there."""
    bare = replace(IMAGE, metadata={}, committing="c")
    assert missing(bare, consent=False) == ["committing"]
    assert missing(replace(bare, committed=True)) == ["committed"]


def test_consent_and_a_change_are_noticed() -> None:
    """Of what somebody has changed since, the clinician has not seen all."""
    assert missing(consent=False) == ["consent"]
    assert missing(wish=Wish("a", 6)) == ["changed"]


@pytest.mark.parametrize(
    ("check", "enough"),
    [
        (None, False),
        (PatientCheck("  aroha  NGATA "), True),
        (PatientCheck("Aroha"), False),
        (PatientCheck(identifiers=("PAT-1", "zzz0016")), True),
        (PatientCheck(identifiers=("PAT-1", "PAT-1")), False),
        (PatientCheck(identifiers=("PAT-1",)), False),
    ],
)
def test_another_patient_on_the_page_has_to_be_made_sure_of(check: PatientCheck | None, enough: bool) -> None:  # noqa: FBT001  # parametrised
    """By the name, or by two numbers that differ."""
    found = judged(session(IMAGE), [WISH], Patient("PAT-2", "Mere Tipene"), check)
    assert found == ({} if enough else {"a": ["patient-unconfirmed"]})
    assert judged(session(IMAGE), [WISH], PATIENT) == {}


@pytest.mark.parametrize(
    ("note", "side", "contradicted"),
    [
        ("on the left", "right", True),
        ("LEFT arm", "left", False),
        ("left, not right", "right", False),
        ("linke Hand", "right", True),
        ("Linksseitiger Ausschlag", "left", False),
        ("rechtsseitig", "left", True),
        ("rechte Seite", "right", False),
        ("links", "bilateral", True),
        ("links und rechts", "bilateral", False),
        ("leftover, brightly", "right", False),
        ("L forearm", "right", True),
        ("scar (R)", "left", True),
        ("Lt. hand", "left", False),
        ("Rt hand, healing", "left", True),
        ("Unterarm re.", "left", True),
        ("at L4, r = 2 cm", "right", False),
        ("beidseits", "left", True),
        ("Both sides alike", "right", True),
        ("both lesions are old", "left", False),
        ("bilateral", "bilateral", False),
        ("beidseits, links mehr", "bilateral", False),
        ("right", "na", False),
        ("right", "", False),
        ("", "left", False),
    ],
)
def test_a_note_contradicts_a_side(note: str, side: str, contradicted: bool) -> None:  # noqa: FBT001  # parametrised
    """In English and German, as words and letters; both sides named contradict neither, and one contradicts both."""
    assert contradicts(note, side) is contradicted


def test_a_confirmation_is_of_this_note_and_side() -> None:
    """Once one of them has changed, somebody is asked again."""
    image = replace(IMAGE, metadata={**METADATA, "notes": "right"})
    confirmed = confirmation(image, replace(WISH, confirmed=frozenset({"side-contradiction"})))
    assert still_confirmed(image, confirmed) == {"side-contradiction"}
    assert "right" not in confirmed
    for other in ({"notes": "Right"}, {"laterality": {"code": "bilateral", "display": "Both"}}):
        assert still_confirmed(replace(image, metadata={**image.metadata, **other}), confirmed) == frozenset()
    assert confirmation(image, WISH) == ""
    assert still_confirmed(image, "") == frozenset()


def test_terms_are_english_whoever_chose_them() -> None:
    """With the name that SNOMED CT itself has for the code; what we have no code for keeps its name."""
    chosen = {"code": "upper-arm", "display": "Oberarm", "snomed": "40983000"}
    preferred = "Structure of upper limb between shoulder and elbow"
    assert term_of(chosen) == Term("upper-arm", "Upper arm", "40983000", preferred)
    assert term_of({"code": "close-up", "display": "Nahaufnahme"}) == Term("close-up", "Close-up")
    assert term_of({"code": "elsewhere", "display": "Hinter dem Ohr"}) == Term("elsewhere", "Hinter dem Ohr")
    assert term_of({"code": "na", "display": "Keine"}) is None
    assert term_of(None) is None
