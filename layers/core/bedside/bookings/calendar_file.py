"""A booking as a file for calendars, as in RFC 5545 (https://www.rfc-editor.org/rfc/rfc5545). Pure.

The file names no patient and no service, because calendars are shared, and copied to other services.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from bedside.bookings.booking_representation import BookingDocument
from bedside.bookings.states import BookingState

type Party = Literal["patient", "practitioner"]

# A line has at most this many octets, without its break (section 3.1).
_LINE_OCTETS: Final = 75
_PAGES: Final[Mapping[Party, str]] = {"patient": "/my-visits", "practitioner": "/visit"}
# Control characters are not allowed in a text (section 3.3.11).
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# Whatever is not listed here does not take place, or not at this time.
_STATUS: Final[Mapping[BookingState, str]] = {
    "confirmed": "CONFIRMED",
    "held": "TENTATIVE",
    "awaitingPayment": "TENTATIVE",
}
# As pages name the visit, in their languages.
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "visit": "Video visit",
        "with": "Video visit with {name}",
        "how": "Open this page shortly before it begins, and sign in:",
    },
    "de": {
        "visit": "Videosprechstunde",
        "with": "Videosprechstunde mit {name}",
        "how": "Öffnen Sie diese Seite kurz vor Beginn und melden Sie sich an:",
    },
}


def booking_calendar(booking: BookingDocument, party: Party, origin: str, languages: str, now_ms: int) -> str:
    """Return a booking as a file for the calendar of one of its two people.

    Added again after a change, the file replaces what was added before: UID stays, SEQUENCE grows. The UID is that of
    the visit's own file. `origin` is that of the pages, `languages` an Accept-Language header.
    """
    words = _WORDS.get(languages[:2].lower(), _WORDS["en"])
    visit_id = booking["visitId"] or booking["bookingId"]  # the same; there is no visit before it is paid
    page = f"{origin}{_PAGES[party]}#v={visit_id}"
    name = booking["practitionerName"] if party == "patient" else None
    status = _STATUS.get(booking["state"], "CANCELLED")
    is_cancelled = status == "CANCELLED"
    event = [
        ("UID", f"{visit_id}@bedside"),
        ("DTSTAMP", _instant(datetime.fromtimestamp(now_ms // 1000, UTC))),
        ("SEQUENCE", str(booking["sequence"] + is_cancelled)),
        ("DTSTART", _instant(datetime.fromisoformat(booking["startsAt"]))),
        ("DTEND", _instant(datetime.fromisoformat(booking["endsAt"]))),
        ("SUMMARY", _text(words["with"].format(name=name) if name else words["visit"])),
        ("LOCATION", _text(page)),
        ("URL", page),
        ("DESCRIPTION", _text(f"{words['how']}\n{page}")),
        ("CLASS", "PRIVATE"),
        ("STATUS", status),
    ]
    alarm = [
        ("BEGIN", "VALARM"),
        ("ACTION", "DISPLAY"),
        ("DESCRIPTION", _text(words["visit"])),
        ("TRIGGER", "-PT10M"),
        ("END", "VALARM"),
    ]
    return _calendar([*event, *([] if is_cancelled else alarm)])


def _calendar(event: Sequence[tuple[str, str]]) -> str:
    # PUBLISH, also of what is cancelled: CANCEL is for guests whom an organiser invited (RFC 5546, section 3.2.5).
    properties = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//Bedside//Bookings//EN"),
        ("METHOD", "PUBLISH"),
        ("BEGIN", "VEVENT"),
        *event,
        ("END", "VEVENT"),
        ("END", "VCALENDAR"),
    ]
    return "".join("\r\n ".join(_folded(f"{name}:{value}")) + "\r\n" for name, value in properties)


def _folded(line: str) -> Iterator[str]:
    """Yield the parts of a line, broken between characters; the space before each but the first counts."""
    part, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _LINE_OCTETS:
            yield part
            part, octets = "", 1
        part, octets = part + character, octets + size
    yield part


def _instant(at: datetime) -> str:
    """Return an instant in UTC, as in 20261121T023000Z (section 3.3.5)."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """Return a value with what has a meaning in a file escaped (section 3.3.11)."""
    escaped = re.sub(r"([\\;,])", r"\\\1", re.sub(r"\r\n?", "\n", value)).replace("\n", "\\n")
    return _CONTROL.sub("", escaped)
