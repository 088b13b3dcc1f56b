"""Every text exists in every language, and what others may see names nobody."""

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bedside import domains
from bedside.notifications.message_texts import Reading, UnresolvedError, catalogue, text_of
from bedside.notifications.preferences import LANGUAGES
from bedside.notifications.wording import amount, day, when
from tests.unit.notifications.office import DAY, NOW

WORKFLOWS = domains.workflows()
UTC = ZoneInfo("UTC")


def _forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())  # type: ignore[attr-defined]  # its forms by count


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_has_its_texts(name: str) -> None:
    """Title, text and discreet text, with the same fields in every language."""
    domain, _ = WORKFLOWS[name]
    for part in ("title", "text", "discreet"):
        fields = set()
        for language in LANGUAGES:
            text = catalogue(domain, language)[f"{name}.{part}"]
            fields.add(tuple(sorted({found for form in _forms(text) for found in re.findall(r"\{(\w+)", form)})))
            if part != "text":
                # Times, amounts and counts, and no plain field that could be a name, a medicine or a speciality.
                plain = {field for form in _forms(text) for field in re.findall(r"\{(\w+)(?:\|[^}]*)?\}", form)}
                assert plain <= {"count", "time"}, (name, part)
        assert len(fields) == 1, (name, part)


def test_no_text_is_left_over() -> None:
    """Each belongs to a workflow of its domain."""
    root = Path(domains.__file__).parent
    files = list(root.glob("*/texts/*.json"))
    assert files
    for path in files:
        names = {key.rpartition(".")[0] for key in json.loads(path.read_text())}
        assert names == {name for name, (domain, _) in WORKFLOWS.items() if domain == path.parents[1].name}, path
        assert path.stem in LANGUAGES


@pytest.mark.parametrize(
    ("language", "at", "text"),
    [
        ("en", NOW, "today at 02:30"),
        ("en", NOW + DAY, "tomorrow at 02:30"),
        ("en", NOW + 2 * DAY, "on Monday 23 November at 02:30"),
        ("de", NOW, "heute um 02:30 Uhr"),
        ("de", NOW + DAY, "morgen um 02:30 Uhr"),
        ("de", NOW + 2 * DAY, "am Montag, 23. November, 02:30 Uhr"),
    ],
)
def test_instants_are_said_as_people_say_them(language: str, at: int, text: str) -> None:
    """In the reader's language and zone."""
    assert when(at, NOW, UTC, language) == text  # type: ignore[arg-type]  # parametrised


def test_amounts_have_their_currency() -> None:
    """In the way of the language; some currencies have no smaller unit."""
    assert amount(5005, "NZD", "en") == "50.05 NZD"
    assert amount(5005, "EUR", "de") == "50,05 EUR"
    assert amount(5005, "JPY", "de") == "5005 JPY"
    assert day(NOW, ZoneInfo("Pacific/Auckland"), "en") == "Saturday 21 November at 15:30"


def test_a_field_that_is_not_there_fails_the_text() -> None:
    """Unless the text says what stands in its place; a count has its form."""
    reading = Reading("en", UTC, NOW)
    with pytest.raises(UnresolvedError, match="startsAt"):
        text_of("visits", "visit-booked.text", {"name": "Dr Ngata"}, reading)
    with pytest.raises(UnresolvedError, match=r"visit-unheard-of\.text"):
        text_of("visits", "visit-unheard-of.text", {}, reading)
    assert "with your clinician on" in text_of("visits", "visit-booked.text", {"startsAt": NOW, "name": ""}, reading)
    assert text_of("notifications", "summary.text", {"count": 1}, reading) == "You have one new message."
