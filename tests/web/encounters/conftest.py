"""Browsers in front of the pages of encounters, and encounters in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.web.contexts import Contexts
from tests.web.faked import FakedSite
from tests.web.people_fake import Fault, Json, People, problem
from tests.web.tabs import Open, signed_in_tabs

PAGE = 2


@dataclass
class Encounters:
    """Encounters, newest first, with their timelines; and what goes wrong next."""

    people: People = field(default_factory=People)
    known: dict[str, Json] = field(default_factory=dict)
    timelines: dict[str, list[Json]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    origin: str = ""

    def add(self, encounter_id: str, name: str | None, started_at: str, **more: Any) -> Json:
        """Let there be an encounter, older than those before."""
        encounter = {
            "encounterId": encounter_id,
            "kind": "capture",
            "patientId": "PAT-1",
            "recordId": "patient1",
            "patientName": name,
            "startedAt": started_at,
            "endedAt": None,
            "state": "open",
            "photoCount": 0,
            "lastEventAt": started_at,
        }
        self.known[encounter_id] = {**encounter, **more}
        return self.known[encounter_id]

    def happen(self, encounter_id: str, kind: str, at: str, actor: Json | None = None, **details: Any) -> None:
        """Add an entry to a timeline; without an actor nobody did it."""
        timeline = self.timelines.setdefault(encounter_id, [])
        actor = actor or {"kind": "system"}
        timeline.append({"sequence": len(timeline) + 1, "at": at, "kind": kind, "actor": actor, **details})

    async def serve(self, request: Request) -> Response:
        """Answer a call as the API does, in small parts."""
        if self.people.caller(request) is None:
            return problem(401, "unauthorized")
        if self.faults:
            fault = self.faults.pop(0)
            return problem(fault.status, fault.slug, fault.headers)
        start = int(request.query_params.get("cursor", "0"))
        encounter_id = request.path_params.get("encounter_id")
        if encounter_id is None:
            wanted = request.query_params.get("patientId")
            until = request.query_params.get("until", "3")
            found = [
                one
                for one in self.known.values()
                if wanted in {None, one["recordId"], one["patientId"]} and one["startedAt"] <= until
            ]
            return JSONResponse({"encounters": found[start : start + PAGE], "cursor": _more(found, start)})
        if encounter_id not in self.known:
            return problem(404, "encounter-not-found")
        timeline = self.timelines.get(encounter_id, [])
        part = {"timeline": timeline[start : start + PAGE], "cursor": _more(timeline, start)}
        return JSONResponse({"encounter": self.known[encounter_id], **part})


def _more(found: list[Json], start: int) -> str | None:
    return str(start + PAGE) if len(found) > start + PAGE else None


@pytest.fixture(scope="session")
def _site() -> Iterator[FakedSite[Encounters]]:
    site = FakedSite(Encounters(), {"/encounters": ["GET"], "/encounters/{encounter_id}": ["GET"]})
    yield site
    site.stop()


@pytest.fixture
def encounters(_site: FakedSite[Encounters]) -> Encounters:
    """No encounters yet."""
    _site.fake = Encounters(origin=_site.origin)
    return _site.fake


@pytest.fixture
def visitor(encounters: Encounters, contexts: Contexts) -> Open:
    """Gives a tab of a browser in which somebody is signed in."""
    return signed_in_tabs(encounters, contexts, timezone_id="UTC")
