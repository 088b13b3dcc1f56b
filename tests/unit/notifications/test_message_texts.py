"""Every text exists in every language, and what others may see names nobody."""

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bedside import domains
from bedside.notifications.message_texts import Reading, UnresolvedError, catalogue, text_of
from bedside.notifications.preferences import LANGUAGES, Language
from bedside.notifications.wording import amount, day, when, zone_note
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


@pytest.mark.parametrize("domain", ["visits", "bookings"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_times_of_visits_say_whose_they_are(domain: str, language: Language) -> None:
    """Behind the last time of each text."""
    times = 0
    for key, text in catalogue(domain, language).items():
        for form in _forms(text):
            found = list(re.finditer(r"\{(\w+):(?:when|day|clock)\}( Uhr)?", form))
            times += len(found)
            assert not found or form[found[-1].end() :].startswith(f"{{{found[-1][1]}:zone}}"), key
    assert times


AUCKLAND, BERLIN = ZoneInfo("Pacific/Auckland"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "expected", "notes"),
    [
        (AUCKLAND, None, (" Auckland time", " Ortszeit Auckland")),
        (AUCKLAND, BERLIN, (" Auckland time", " Ortszeit Auckland")),
        (AUCKLAND, AUCKLAND, ("", "")),
        # Another name for the same clocks.
        (AUCKLAND, ZoneInfo("Antarctica/McMurdo"), ("", "")),
        (ZoneInfo("America/Argentina/Buenos_Aires"), None, (" Buenos Aires time", " Ortszeit Buenos Aires")),
        (UTC, None, (" UTC", " UTC")),
        (ZoneInfo("Etc/UTC"), BERLIN, (" UTC", " UTC")),
    ],
)
def test_a_time_says_its_zone_unless_it_goes_without_saying(
    zone: ZoneInfo, expected: ZoneInfo | None, notes: tuple[str, str]
) -> None:
    """Where the reader's zone is not known, or shows another time than the facility's at that instant."""
    assert (zone_note(NOW, zone, expected, "en"), zone_note(NOW, zone, expected, "de")) == notes


def test_zones_may_differ_for_a_part_of_the_year() -> None:
    """Lagos and Berlin in summer, when a visit in winter is booked."""
    lagos, half_a_year = ZoneInfo("Africa/Lagos"), 182 * DAY
    assert [zone_note(at, lagos, BERLIN, "en") for at in (NOW, NOW + half_a_year)] == ["", " Lagos time"]


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
    assert text_of("notifications", "summary.text", {"count": 1}, reading) == "You have one unread message."
