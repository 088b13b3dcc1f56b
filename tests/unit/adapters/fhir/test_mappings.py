"""Everything that is written to records is valid, and every element of it has a reason."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest

from bedside.adapters.alex.inbox_scan import inbox_scan
from bedside.adapters.fhir import r4, r5
from bedside.adapters.fhir.references import References
from bedside.ports.records import RecordDocument, Term
from local.ehr.validation import problem
from local.record_elements_page import PAGE, main, page, reasons, sample
from tests.fakes.ehr import PHOTO

ALL_KNOWN: Final = References("Patient/pat-1", "Practitioner/prac-1", "Encounter/enc-1")
PATIENT_ONLY: Final = References("Patient/pat-1")
NOTE: Final = replace(
    PHOTO,
    kind="note",
    title="Notes",
    content_type="application/pdf",
    content=b"%PDF",
    body_site=None,
    laterality=None,
    image_type=None,
    consent=None,
    notes="Seen by video.",
)
DOCUMENTS: Final = {
    "everything": PHOTO,
    "no side": replace(PHOTO, laterality=None),
    "not applicable": replace(PHOTO, laterality=Term("na", "Not applicable")),
    "a site without a code": replace(PHOTO, body_site=Term("elsewhere", "Somewhere else")),
    "dermoscopy": replace(PHOTO, image_type=Term("dermoscopy", "Dermoscopy")),
    "no consent": replace(PHOTO, consent=None, notes=""),
    "a note": NOTE,
    "a summary": replace(NOTE, kind="summary", notes=""),
    "a PDF": replace(PHOTO, content_type="application/pdf"),
}


@pytest.fixture(scope="module")
def schema() -> jsonschema_rs.Draft6Validator:
    """HL7's JSON schema of R4, reduced to the kinds of resources that we write."""
    text = Path(__file__).with_name("fhir-r4.schema.json").read_text(encoding="utf-8")
    return jsonschema_rs.Draft6Validator(json.loads(text))


@pytest.mark.parametrize("references", [ALL_KNOWN, PATIENT_ONLY], ids=["all known", "patient only"])
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_resources_are_valid(
    schema: jsonschema_rs.Draft6Validator, document: RecordDocument, references: References
) -> None:
    """Under fhir.resources (R4B and R5), and those of R4 under HL7's schema."""
    for written in (
        r4.document_reference(document, references),
        r4.transaction(document, references),
        inbox_scan(document, "https://record.example/fhir/Patient/pat-1"),
    ):
        assert problem(written, "R4") == ""
        assert [each.message for each in schema.iter_errors(written)] == []
    assert problem(r5.document_reference(document, references), "R5") == ""


def test_the_validators_notice(schema: jsonschema_rs.Draft6Validator) -> None:
    """An element of R5 in R4, and the other way round."""
    old, new = r4.document_reference(PHOTO, ALL_KNOWN), r5.document_reference(PHOTO, ALL_KNOWN)
    assert problem(new, "R4")
    assert problem(old, "R5")
    assert not schema.is_valid(new)


@pytest.mark.parametrize("mapping", [r4.document_reference, r5.document_reference])
def test_site_and_side_are_codes(mapping: Any) -> None:
    """And a text that people read, in which the side is not lost."""
    written = json.dumps(mapping(PHOTO, ALL_KNOWN))
    for code in ("14975008", "7771000"):
        assert code in written
    assert "Forearm (left)" in written


@pytest.mark.parametrize("mapping", [r4.document_reference, r5.document_reference])
def test_the_same_document_is_written_the_same(mapping: Any) -> None:
    """Whenever it is sent again: nothing in it is of the moment."""
    assert mapping(PHOTO, ALL_KNOWN) == mapping(replace(PHOTO), ALL_KNOWN)
    assert r4.transaction(PHOTO, ALL_KNOWN) == r4.transaction(replace(PHOTO), ALL_KNOWN)


@pytest.mark.parametrize("mapping", [r4.document_reference, r5.document_reference])
def test_a_text_comes_as_pdf_and_as_text(mapping: Any) -> None:
    """So that records can search it."""
    attachments = [each["attachment"] for each in mapping(NOTE, ALL_KNOWN)["content"]]
    assert [each["contentType"] for each in attachments] == ["application/pdf", "text/plain; charset=UTF-8"]
    assert base64.b64decode(attachments[1]["data"]).decode() == "Seen by video."


@pytest.mark.parametrize("mapping", [r4.document_reference, r5.document_reference])
def test_records_list_notes_as_notes(mapping: Any) -> None:
    """By type and category; a photo is no note."""
    note, photo = mapping(NOTE, ALL_KNOWN), mapping(PHOTO, ALL_KNOWN)
    assert [each["type"]["coding"][0]["code"] for each in (note, photo)] == ["11506-3", "72170-4"]
    assert note["category"][0]["coding"][0]["code"] == "clinical-note"
    assert "category" not in photo


def test_document_and_media_have_their_own_identifiers() -> None:
    """The document's is that which searches look for, in both elements of R4."""
    _, media, document = (each["resource"] for each in r4.transaction(PHOTO, ALL_KNOWN)["entry"])
    assert document["identifier"] == [document["masterIdentifier"]]
    assert document["masterIdentifier"]["value"] == PHOTO.identifier
    assert media["identifier"][0]["value"] != PHOTO.identifier


def test_no_resource_names_the_patient() -> None:
    """The record knows them."""
    for written in (r4.transaction(PHOTO, ALL_KNOWN), r5.document_reference(PHOTO, ALL_KNOWN)):
        text = json.dumps(written)
        assert not re.search(r"Ana|Tane|ZAA0067|1984-02-29", text)


def test_the_page_has_every_element(tmp_path: Path) -> None:
    """With its reason, no reason is left over, and `make docs` was run."""
    main(tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text() == PAGE.read_text() == page()
    assert {name for name in reasons() if f"`{name}`" not in page()} == set()
    assert sample().laterality
