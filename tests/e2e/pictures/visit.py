"""A video visit: the clinician's room with notes, and the patient's phone. Who is seen is drawn."""

import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import BrowserContext, Playwright, expect

from local import browser
from tests.e2e.people import kept
from tests.e2e.pictures.frame import DESKTOP, PHONE, save, shot, side_by_side
from tests.e2e.visits.attendant import Attendant, meet

type Colour = tuple[int, int, int]

# Background, clothes, skin, hair.
_PATIENT: Final[tuple[Colour, ...]] = ((206, 196, 178), (96, 122, 158), (176, 124, 92), (46, 36, 32))
_CLINICIAN: Final[tuple[Colour, ...]] = ((198, 214, 216), (236, 240, 240), (226, 186, 160), (112, 78, 52))
_SIZE: Final = (640, 480)
_NOTES: Final = {
    "chiefComplaint": "Itching rash on the left forearm",
    "observations": "Since Tuesday, after gardening. Red, slightly raised, about 4 cm across. No fever.",
    "assessment": "Contact dermatitis, most likely.",
}


def take(playwright: Playwright, stack: dict[str, Any]) -> None:
    """Write both side by side."""
    with tempfile.TemporaryDirectory() as folder:
        contexts = [
            _context(playwright, stack, "patient", PHONE, _camera(Path(folder, "patient.y4m"), _PATIENT)),
            _context(playwright, stack, "clinician", DESKTOP, _camera(Path(folder, "clinician.y4m"), _CLINICIAN)),
        ]
        pages = [context.new_page() for context in contexts]
        visit_id = _book(stack)
        patient, clinician = Attendant(pages[0], "/my-visits", visit_id), Attendant(pages[1], "/visit", visit_id)
        meet(patient, clinician)
        for name, text in _NOTES.items():
            clinician.page.locator(f"#{name}").fill(text)
        expect(clinician.page.get_by_text(re.compile("^Saved "))).to_be_visible()
        clinician.page.evaluate("document.activeElement.blur()")
        save("visit", side_by_side(shot(clinician.page), shot(patient.page)))
        for context in contexts:
            context.close()


def _context(
    playwright: Playwright, stack: dict[str, Any], who: str, device: dict[str, Any], camera: Path
) -> BrowserContext:
    """Return what a person signs in with; each has a browser, because a browser has one camera."""
    arguments = [*browser.ARGUMENTS, *browser.MEDIA_ARGUMENTS, f"--use-file-for-fake-video-capture={camera}"]
    chromium = playwright.chromium.launch(executable_path=browser.find(), args=arguments)
    return chromium.new_context(base_url=stack["webUrl"], storage_state=kept(stack, who), **device)


def _book(stack: dict[str, Any]) -> str:
    """Book a visit that may begin now, in place of the demo's."""
    headers = {"authorization": f"Bearer {stack['clinicianToken']}", "idempotency-key": str(uuid4())}
    wanted = {
        "patientId": stack["patientId"],
        "practitionerId": stack["practitionerId"],
        "startsAt": (datetime.now(UTC) + timedelta(minutes=5)).isoformat(),
        "durationMinutes": 20,
        "allowPatientClash": True,
    }
    with httpx.Client(base_url=stack["apiUrl"], headers=headers, timeout=60, trust_env=False) as http:
        while (answer := http.post("/visits", json=wanted)).status_code == httpx.codes.CONFLICT:
            other = answer.json()["visitId"]
            for step in ("cancel", "end"):
                http.post(f"/visits/{other}/{step}", json={})
        booked: str = answer.raise_for_status().json()["visitId"]
        return booked


def _camera(file: Path, colours: tuple[Colour, ...]) -> Path:
    """Write what a camera sees, in YUV4MPEG2: somebody who sits in front of a wall."""
    planes = _person(colours).convert("YCbCr").split()
    small = (_SIZE[0] // 2, _SIZE[1] // 2)
    frame = planes[0].tobytes() + b"".join(plane.resize(small).tobytes() for plane in planes[1:])
    header = f"YUV4MPEG2 W{_SIZE[0]} H{_SIZE[1]} F5:1 Ip A1:1 C420mpeg2\n".encode()
    file.write_bytes(header + b"".join(b"FRAME\n" + frame for _ in range(2)))
    return file


def _person(colours: tuple[Colour, ...]) -> Image.Image:
    """Draw head and shoulders, without a face: this is nobody."""
    wall, clothes, skin, hair = colours
    width, height = _SIZE
    picture = Image.new("RGB", _SIZE, wall)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width // 4, height), fill=tuple(round(part * 0.94) for part in wall))
    middle = width // 2
    draw.ellipse((middle - 82, 78, middle + 82, 262), fill=hair)
    draw.rounded_rectangle((middle - 190, 318, middle + 190, height + 120), 120, fill=clothes)
    draw.rounded_rectangle((middle - 38, 240, middle + 38, 348), 34, fill=tuple(round(part * 0.9) for part in skin))
    draw.ellipse((middle - 66, 108, middle + 66, 276), fill=skin)
    draw.chord((middle - 78, 84, middle + 78, 220), 182, 358, fill=hair)
    return picture.filter(ImageFilter.GaussianBlur(1.4))
