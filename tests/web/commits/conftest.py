"""Browsers in front of the page of records, and facilities' records in memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.waiting import until
from tests.web.contexts import Contexts
from tests.web.faked import FakedSite
from tests.web.people_fake import People, problem
from tests.web.tabs import Open, signed_in_tabs

KEY = {"kty": "EC", "kid": "k1", "alg": "ES384", "use": "sig", "crv": "P-384", "x": "eA", "y": "eQ"}
_PATH = "/admin/record-targets/{facility_id}"
_PEOPLE = "/admin/record-people/{facility_id}"
PATHS = {_PATH: ["GET", "PUT"], f"{_PATH}/check": ["POST"], _PEOPLE: ["GET", "PUT"]}


@dataclass
class Records:
    """The records of facilities; a secret goes in, and never comes out."""

    origin: str = ""
    people: People = field(default_factory=People)
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    saved: list[dict[str, Any]] = field(default_factory=list)
    # Who is who in each facility's record, and how often that was changed.
    ties: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    tie_versions: dict[str, int] = field(default_factory=dict)
    refusal: Response | None = None

    async def serve(self, request: Request) -> Response:
        """Answer a call as the API does."""
        raw = await request.body()
        facility_id = request.path_params["facility_id"]
        if request.method == "PUT" and self.refusal:
            refusal, self.refusal = self.refusal, None
            return refusal
        if request.url.path.startswith("/admin/record-people/"):
            return self._people(request, facility_id, json.loads(raw or b"{}"))
        if request.method == "PUT":
            if request.headers["if-match"] != f'"{self.versions.get(facility_id, 0)}"':
                return problem(412, "precondition-failed", {"etag": '"9"'})
            self._save(facility_id, json.loads(raw))
        if request.method == "POST":
            self.targets[facility_id]["check"] = {"state": "running", "at": "2026-11-21T02:31:52Z", "findings": []}
        document = {"facilityId": facility_id, "target": self.targets.get(facility_id)}
        headers = {"etag": f'"{self.versions.get(facility_id, 0)}"'}
        return JSONResponse(document, 202 if request.method == "POST" else 200, headers)

    def _people(self, request: Request, facility_id: str, body: dict[str, Any]) -> Response:
        version = self.tie_versions.get(facility_id, 0)
        if request.method == "PUT":
            if request.headers["if-match"] != f'"{version}"':
                return problem(412, "precondition-failed", {"etag": f'"{version}"'})
            self.ties[facility_id] = body["people"]
            self.tie_versions[facility_id] = version = version + 1
        document = {"facilityId": facility_id, "people": self.ties.get(facility_id, [])}
        return JSONResponse(document, 200, {"etag": f'"{version}"'})

    def _save(self, facility_id: str, body: dict[str, Any]) -> None:
        self.saved.append(body)
        target = {"kind": body["kind"], "publicKey": None, "changedAt": "2026-11-21T02:31:52Z", "check": None}
        if body["kind"] == "fhir":
            target |= {
                "fhir": {name: value for name, value in body["fhir"].items() if name != "newKey"},
                "publicKey": KEY,
            }
        if body["kind"] == "alex":
            target |= {"alex": {name: value for name, value in body["alex"].items() if name != "clientSecret"}}
        self.targets[facility_id] = target
        self.versions[facility_id] = self.versions.get(facility_id, 0) + 1

    def check(self, facility_id: str, state: str, *findings: dict[str, Any]) -> None:
        """End a test of the connection, which a page has asked for, or is about to."""
        until(lambda: self.targets[facility_id]["check"], "nobody tests the connection")
        self.targets[facility_id]["check"] |= {"state": state, "findings": list(findings)}


@pytest.fixture(scope="session")
def _site() -> Iterator[FakedSite[Records]]:
    site = FakedSite(Records(), PATHS)
    yield site
    site.stop()


@pytest.fixture
def records(_site: FakedSite[Records]) -> Records:
    """No facility has a record yet."""
    _site.fake = Records(origin=_site.origin)
    return _site.fake


@pytest.fixture
def visitor(records: Records, contexts: Contexts) -> Open:
    """Gives a tab of a browser in New Zealand in which somebody is signed in."""
    return signed_in_tabs(records, contexts, timezone_id="Pacific/Auckland")
