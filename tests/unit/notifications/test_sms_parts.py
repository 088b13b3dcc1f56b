"""Text messages are short: most have one part, and none more than two."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bedside import domains
from bedside.medications.dose_groups import DoseGroup
from bedside.notifications.message_texts import Reading, catalogue, text_of
from bedside.notifications.preferences import LANGUAGES, Language
from bedside.notifications.sms_parts import is_gsm, parts, sms_text
from tests.unit.medications.course_book import Book, at, times
from tests.unit.notifications.office import HOUR, NOW, Office, reminder

# As long as an address of API Gateway is, which is longer than most people's own.
ORIGIN = "https://abcdefghij.execute-api.ap-southeast-2.amazonaws.com"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("ß" * 160, 1),
        # Characters that count twice, and others of which a part has fewer: each half of a surrogate pair is one.
        ("€" * 80, 1),
        ("€" * 80 + "a", 2),
        ("…" * 70, 1),
        ("…" * 71, 2),
        ("…" + "a" * 134, 3),
        ("💊" * 35, 1),
        ("💊" * 36, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
    ],
)
def test_a_part_has_so_many_characters(text: str, count: int) -> None:
    """160 of the GSM alphabet, 70 of others; a few less if there are several parts."""
    assert parts(text) == count


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("doses", [1, 2, 3, 12])
def test_the_message_of_doses_has_one_part(doses: int, language: Language) -> None:
    """However many are due at the same minute, and with ids as long as ours."""
    books = [Book.begin(times(480), at("2026-11-30T06:00")) for _ in range(doses)]
    plans = [replace(book.plan, plan_id=f"{number:026}") for number, book in enumerate(books)]
    group = DoseGroup("due", tuple((plan, plan.open) for plan in plans if plan.open))
    text = text_of("medications", "dose-due.discreet", group.fields, Reading(language, ZoneInfo("UTC"), NOW))
    message = sms_text(text, f"{ORIGIN}/medicines{group.short_link}")
    assert is_gsm(message)
    assert parts(message) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_discreet_texts_have_no_character_that_makes_parts_shorter(language: Language) -> None:
    """They are what most people get."""
    for name, (domain, workflow) in domains.workflows().items():
        if "sms" in workflow.channels:
            text = catalogue(domain, language)[f"{name}.discreet"]
            for form in [text] if isinstance(text, str) else text.values():
                # What stands for an empty field is in it as well.
                assert is_gsm(form), (name, form)


def test_a_text_message_that_would_be_too_long_is_the_discreet_one() -> None:
    """Also for those who want names in it; the inbox has the full text."""
    with Office.opened(sms_only=True) as office:
        office.prefer(discreet=False)
        short = reminder(NOW, occurrence="short", short_link="/v")
        long = replace(reminder(NOW, occurrence="long"), fields={"startsAt": NOW + HOUR, "name": "Ngaio " * 60})
        office.want(short, long)
        office.hear()
        office.settle()
        texts = {message_id: sms_text(text, link) for message_id, text, link in office.sms.written}
        assert "with Dr Ngata on" in texts[office.record(short).record_id]
        assert texts[office.record(short).record_id].endswith("https://bedside.example.org/v")
        assert "Ngaio" not in texts[office.record(long).record_id]
        told = office.record(long).told
        assert told
        assert "Ngaio" in told.text
        assert all(parts(text) <= 2 for text in texts.values())
