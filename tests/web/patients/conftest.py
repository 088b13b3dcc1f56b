"""Browsers in front of the pages of patients, and a directory in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bedside.patients.query_terms import terms_of
from bedside.patients.words import words_of
from tests.web.contexts import Contexts
from tests.web.faked import FakedSite
from tests.web.people_fake import Fault, Json, People, problem
from tests.web.tabs import Open, signed_in_tabs

PAGE = 3
KIND: Json = {"system": "nhi", "label": "NHI", "required": False}
_AT = "2026-11-20T21:15:00.000Z"


@dataclass
class Directory:
    """Patients and their versions, what was asked, and what goes wrong next."""

    people: People = field(default_factory=People)
    patients: dict[str, Json] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    origin: str = ""
    # What each patient's encounters are, newest first.
    encounters: dict[str, list[Json]] = field(default_factory=dict)

    def add(self, name: str, **more: Any) -> Json:
        """Put somebody into the directory."""
        patient_id = f"patient{len(self.patients) + 1:019d}"
        known = {"patientId": patient_id, "name": name, "identifiers": [], "createdAt": _AT, "updatedAt": _AT, **more}
        self.patients[patient_id], self.versions[patient_id] = known, 1
        return known

    def fail(self, call: str, fault: Fault) -> None:
        """Let the next call of this kind go wrong."""
        self.faults.setdefault(call, []).append(fault)

    async def serve(self, request: Request) -> Response:  # noqa: PLR0911  # one a kind of answer
        """Answer a call as the API does."""
        body = await request.json() if await request.body() else None
        path = request.url.path
        if path == "/encounters":
            found = self.encounters.get(request.query_params["patientId"], [])
            return JSONResponse({"encounters": found, "cursor": "more" if len(found) > 1 else None})
        self.asked.append((request.method, path, body))
        if self.people.caller(request) is None:
            return problem(401, "unauthorized")
        queued = self.faults.get(f"{request.method} {path}", [])
        if queued:
            fault = queued.pop(0)
            await fault.wait()
            if fault.status:
                return problem(fault.status, fault.slug, fault.headers)
        if path == "/patients":
            return self._list(request) if request.method == "GET" else self._create(body or {})
        patient_id = request.path_params["patient_id"]
        if patient_id not in self.patients:
            return problem(404, "patient-not-found")
        if request.method == "GET":
            return self._told(patient_id, identifierKind=KIND)
        if request.headers["if-match"] != f'"{self.versions[patient_id]}"':
            return problem(412, "precondition-failed", {"etag": f'"{self.versions[patient_id]}"'})
        return self._change(request, patient_id, body)

    def _list(self, request: Request) -> Response:
        typed, start = request.query_params["q"], int(request.query_params.get("cursor", "0"))
        found = [patient for patient in self.patients.values() if _has_all(patient, typed)]
        more = str(start + PAGE) if len(found) > start + PAGE else None
        return JSONResponse({"patients": found[start : start + PAGE], "cursor": more, "identifier": KIND})

    def _create(self, body: Json) -> Response:
        if clash := self._clash(body, ""):
            return clash
        return JSONResponse(self.add(**body), 201)

    def _change(self, request: Request, patient_id: str, body: Json | None) -> Response:
        known = self.patients[patient_id]
        if request.url.path.endswith("/person"):
            if request.method == "PUT":
                user = next((each for each in self.people.users.values() if each["phone"] == known["phone"]), None)
                if user is None:
                    return problem(404, "user-not-found")
                body = {"userId": user["userId"]}
            else:
                body = {"userId": None}
        if clash := self._clash(body or {}, patient_id):
            return clash
        merged = {**known, **(body or {})}
        if merged.get("phone") != known.get("phone"):
            merged["userId"] = None
        self.patients[patient_id] = {name: value for name, value in merged.items() if value is not None}
        self.versions[patient_id] += 1
        return self._told(patient_id)

    def _clash(self, body: Json, patient_id: str) -> Response | None:
        for other in self.patients.values():
            taken = other["patientId"] != patient_id and other["identifiers"] == body.get("identifiers")
            if taken and other["identifiers"]:
                told = {"field": "identifiers", "patientId": other["patientId"], "name": other["name"]}
                return problem(409, "duplicate-identifier", **told)
        return None

    def _told(self, patient_id: str, **more: Any) -> Response:
        headers = {"etag": f'"{self.versions[patient_id]}"'}
        return JSONResponse({**self.patients[patient_id], **more}, headers=headers)


def _has_all(patient: Json, typed: str) -> bool:
    numbers = [each["value"] for each in patient["identifiers"]]
    words = words_of(patient["name"], numbers, patient.get("dateOfBirth"), patient.get("phone"))
    return all(any(word.startswith(start) for word in words for start in term.starts) for term in terms_of(typed, "NZ"))


@pytest.fixture(scope="session")
def _site() -> Iterator[FakedSite[Directory]]:
    site = FakedSite(
        Directory(),
        {
            "/encounters": ["GET"],
            "/patients": ["GET", "POST"],
            "/patients/{patient_id}": ["GET", "PATCH"],
            "/patients/{patient_id}/person": ["PUT", "DELETE"],
        },
    )
    yield site
    site.stop()


@pytest.fixture
def directory(_site: FakedSite[Directory]) -> Directory:
    """A directory without patients."""
    _site.fake = Directory(origin=_site.origin)
    return _site.fake


@pytest.fixture
def visitor(directory: Directory, contexts: Contexts) -> Open:
    """Gives a tab of a browser in which somebody is signed in."""
    return signed_in_tabs(directory, contexts)
