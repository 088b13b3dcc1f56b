"""What the functions write says nothing about whom it is about: no code, no token, no whole number, no name."""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.sync.client import connect

from local.cloud import ROOT
from tests.e2e.aws import Aws
from tests.e2e.people import Caller, Clinician, Phone, Reception, SignedIn, new_facility, new_number
from tests.waiting import until

_NAME = "Whetu Marama-Tui"
_NHI = "ZZZ0059"


@dataclass
class Day:
    """A day's work: what must be nowhere, by what it is, and the ids of its requests."""

    secrets: dict[str, str] = field(default_factory=dict)
    answers: list[httpx.Response] = field(default_factory=list)

    def note(self, response: httpx.Response) -> None:
        self.answers.append(response)

    def hide(self, what: str, text: str) -> None:
        self.secrets[f"{what} {len(self.secrets)}"] = text

    def number(self, phone: str) -> str:
        """Hide a number, as it is written with and without its country."""
        self.hide("number", phone.removeprefix("+64"))
        return phone

    def pair(self, person: SignedIn) -> SignedIn:
        """Hide the tokens of a sign-in, whole and without their key's id."""
        self.hide("access token", person.pair["accessToken"].split(".", 1)[1])
        self.hide("refresh token", person.pair["refreshToken"])
        return person


@dataclass
class Written:
    """Everything that was written since a moment: by the functions, and into the files of the run."""

    aws: Aws
    since_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    sizes: dict[Path, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sizes = {path: path.stat().st_size for path in self._files()}

    def lines(self) -> list[str]:
        added = []
        for path in self._files():
            with path.open("rb") as file:
                file.seek(self.sizes.get(path, 0))
                added += file.read().decode(errors="replace").splitlines()
        return self.aws.log_lines(self.since_ms) + added

    def _files(self) -> list[Path]:
        port = urlsplit(self.aws.stack["apiUrl"]).port
        return sorted((ROOT / f"local/.state/{port}").glob("*.log"))


@pytest.fixture
def day(http: httpx.Client) -> Iterator[Day]:
    day = Day()
    http.event_hooks = {"response": [day.note]}
    yield day
    http.event_hooks = {}


def _sign_in(day: Day, reception: Reception, phone: str) -> SignedIn:
    code = reception.code(day.number(phone))
    day.hide("code", code)
    wrong = f"{(int(code) + 7) % 10**6:06}"
    day.hide("wrong code", wrong)
    assert reception.verify(phone, wrong).status_code == 401
    return day.pair(reception.of(reception.verify(phone, code)))


def _refused(reception: Reception, person: SignedIn, admin: Caller) -> None:
    """Make calls that are refused, each with something in it that must not be repeated."""
    reception.send(f"{person.phone}99999")
    reception.send(f"please text {person.phone}")
    reception.verify(person.phone, "12345x")
    reception.refresh(person.pair["accessToken"])
    reception.http.post("/otp/verify", content=f'{{"phone": "{person.phone}", "otp": ')
    admin.call("POST", "/admin/users", {"phone": person.phone, "roles": ["clinician"], "facilityId": _NAME})
    admin.call("PUT", f"/users/{person.phone}/roles", {"roles": ["patient"]})
    person.call("PATCH", "/user/profile", {"displayName": _NAME * 20})
    person.call("GET", f"/session/images/{_NAME}")
    Caller(reception.http, f"{person.token}x").call("GET", "/auth/me")


def _reuse(day: Day, reception: Reception, person: SignedIn) -> httpx.Response:
    """Use a refresh token that is dead, which is worth a line in the log."""
    token = person.pair["refreshToken"]
    for _ in range(2):
        token = day.pair(reception.of(reception.refresh(token))).pair["refreshToken"]
    return reception.refresh(person.pair["refreshToken"])


def _capture(day: Day, reception: Reception, facility: str, clinician: SignedIn) -> None:
    """Take a photo in a session."""
    assert clinician.token
    desk, encounter = Clinician(reception.http, clinician.token), f"enc-{secrets.token_hex(6)}"
    opened = desk.open(encounter, facilityId=facility, patientName=_NAME, patientNHI=_NHI)
    day.hide("QR token", opened["token"])
    day.hide("live ticket", opened["live"]["ticket"])
    phone = Phone.scan(reception.http, opened["token"])
    day.hide("upload token", phone.token.split(".", 1)[1])
    with connect(f"{opened['live']['url']}?ticket={opened['live']['ticket']}"):
        phone.notify(phone.upload("image-1"), metadata={"notes": _NAME})
    assert desk.call("DELETE", f"/session/{encounter}").status_code == 204


def test_nothing_that_is_written_tells_who_it_is_about(day: Day, reception: Reception, aws: Aws) -> None:
    """After sign-ins, refusals, a reuse, a kill switch and a capture; what should be in the log is found in it."""
    written, facility = Written(aws), new_facility()
    patient = _sign_in(day, reception, new_number())
    patient.call("PATCH", "/user/profile", {"displayName": _NAME})
    admin = _sign_in(day, reception, reception.register(facility, "facilityAdmin")["phone"])
    clinician = _sign_in(day, reception, reception.register(facility, "clinician")["phone"])
    _capture(day, reception, facility, clinician)
    _refused(reception, patient, admin)
    reused = _reuse(day, reception, patient)
    assert reused.status_code == 401
    assert admin.call("POST", "/auth/kill-switch", {"userId": clinician.user_id}).status_code == 204
    day.hide("name", _NAME)
    day.hide("part of a name", _NAME.partition(" ")[0])
    day.hide("NHI", _NHI)
    lines = _settled(written, reused.headers["x-request-id"])
    found = {what: _with(lines, text) for what, text in day.secrets.items()}
    assert {what: hits[:3] for what, hits in found.items() if hits} == {}
    problems = [answer.text for answer in day.answers if answer.status_code >= 400]
    assert len(problems) > 10
    assert {what: hits for what, text in day.secrets.items() if (hits := _with(problems, text))} == {}


def test_search_finds_what_is_there() -> None:
    """A code is found between other characters, and not within longer numbers; a token is found anywhere."""
    assert _with(['{"otp":"123456"}', "id=91234567"], "123456") == ['{"otp":"123456"}']
    assert _with(["Bearer local-1.abcDEF-_x.y"], "abcDEF-_x.y") == ["Bearer local-1.abcDEF-_x.y"]
    assert _with(["to +64 21 2123456", "to 212123456x"], "212123456") == ["to 212123456x"]


def _settled(written: Written, request_id: str) -> list[str]:
    """Return what was written, once the line about this request is among it."""
    until(
        lambda: _with(written.lines(), request_id),
        lambda: f"{len(written.lines())} lines, and none about the request that should have one",
    )
    return written.lines()


def _with(lines: list[str], text: str) -> list[str]:
    """Return the lines that hold a text; digits only where they are not part of a number or a word.

    Six digits are somewhere in any long number, such as an instant or an id.
    """
    if text.isdigit() and len(text) == 6:
        pattern = re.compile(rf"(?<![\w.]){text}(?!\w)")
        return [line for line in lines if pattern.search(line)]
    return [line for line in lines if text in line]
