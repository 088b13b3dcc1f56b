"""The page of medicines in a language that is written from right to left."""

import pytest

from tests.web.medications.medicines_fake import Medicines
from tests.web.mirrored import check_mirrored, use_pseudo
from tests.web.tabs import Open


def test_the_page_mirrors(visitor: Open, medicines: Medicines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut off in longer words, and every text is in a catalogue but for medicines."""
    use_pseudo(monkeypatch)
    plan = medicines.plan("Amoxicillin", createdBy="clinician")
    medicines.dose(plan, "2026-03-30T19:00:00.000Z")
    medicines.weeks = [
        {"startsOn": "2026-03-16", "taken": 3, "skipped": 0, "missed": 1, "late": 0, "adherence": 75},
    ]
    page = visitor(medicines.people.patient, width=390)
    page.goto("/favicon.ico")
    check_mirrored(page, "/medicines", "#plans > li", ".*(Amoxicillin|1 tablet).*")
