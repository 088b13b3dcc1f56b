"""The peers show visits correctly: what is measured against is no straw man."""

import sys
import time
from dataclasses import replace
from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.patients.records import RECORD, person_key
from bedside.visits.facts import Decision, VisitFacts, with_decision, with_joining, with_observed_peer
from bedside.visits.model import Visit
from bedside.visits.presence import Joining
from bedside.visits.repository import VisitRepository
from bedside.visits.representation import visit_document
from tests.benchmarks.conftest import Peer
from tests.conftest import VISITS
from tests.tables import PATIENTS
from tests.unit.visits.life import BOOKED, LIVES, MINUTE, RULES, Call, T, Webhook

CALL = "GET /visits/{visitId}"
PATIENT, CLINICIAN = "p" * 24, "c" * 24


def _record() -> VisitRepository:
    return VisitRepository(Table(VISITS), RULES)


@pytest.fixture
def begun(peer: Peer) -> VisitRepository:  # noqa: ARG001  # whose tables they are
    """A record with a visit under way since a minute."""
    now = time.time_ns() // 1_000_000
    visits = _record()
    visit = replace(BOOKED, facts=VisitFacts(now), patient_id=PATIENT, practitioner_id=CLINICIAN)
    assert visits.create(visit, by=CLINICIAN, now_ms=now)
    known = with_joining(VisitFacts(now), "j1", Joining("patient", now - MINUTE))
    visits.update("v", lambda _: with_joining(known, "j2", Joining("practitioner", now - MINUTE)), now)
    return visits


def _see(peer: Peer, token: str, visit_id: str = "v") -> tuple[int, Any]:
    return peer.call(CALL, token=token, path={"visitId": visit_id})


def test_a_visit_under_way_is_seen_by_both(peer: Peer, begun: VisitRepository) -> None:
    """As ours is, to the field."""
    expected = visit_document(begun.get("v"), RULES, time.time_ns() // 1_000_000) | {"recording": False}
    for token in (peer.sign_in(PATIENT, ["patient"], "FAC002"), peer.sign_in(CLINICIAN, ["clinician"])):
        status, document = _see(peer, token)
        assert (status, document) == (200, expected | {"serverTime": document["serverTime"]})
    assert (document["state"], document["present"]) == ("inProgress", ["patient", "practitioner"])


def test_the_directory_names_its_patient(peer: Peer, begun: VisitRepository) -> None:
    """As ours does, in one read."""
    tied = {"sk": RECORD, "patientId": "r1", "name": "Ana Rangi"}
    Table(PATIENTS).put(
        {"pk": person_key(begun.get("v").facility_id, PATIENT), **tied},
        condition="attribute_not_exists(#pk)",
        values={},
    )
    _, document = _see(peer, peer.sign_in(CLINICIAN, ["clinician"]))
    assert (document["patientName"], document["patientRecordId"]) == ("Ana Rangi", "r1")


def test_calls_are_counted(peer: Peer, begun: VisitRepository) -> None:  # noqa: ARG001  # the visit
    """By who calls."""
    token = peer.sign_in(CLINICIAN, ["clinician"])
    fields = peer.fields(CALL, token=token, path={"visitId": "v"})
    assert fields["ratelimit"].startswith('"visits";r=299;')


def test_a_visit_is_hidden_from_others(peer: Peer, begun: VisitRepository) -> None:  # noqa: ARG001  # the visit
    """Other patients, other facilities, and whoever asks for what is no visit."""
    Table(VISITS).put({"pk": "notes#v", "plan": "rest"}, condition="attribute_not_exists(#pk)", values={})
    other_patient = peer.sign_in("q" * 24, ["patient"])
    other_facility = peer.sign_in("o" * 24, ["clinician"], "FAC002")
    clinician = peer.sign_in(CLINICIAN, ["clinician"])
    assert [_see(peer, token)[0] for token in (other_patient, other_facility, "")] == [404, 404, 401]
    assert [_see(peer, clinician, visit_id)[0] for visit_id in ("none", "notes#v")] == [404, 404]


# Both peers have these rules from one module.
@pytest.mark.parametrize("peer", ["fastapi_app"], indirect=True)
@pytest.mark.parametrize("name", LIVES)
def test_a_whole_life_is_shown_as_ours(peer: Peer, name: str) -> None:  # noqa: ARG001  # whose modules they are
    """After each event, and when the next time is up, whether anybody has noted it or not."""
    clients, peers = (sys.modules[f"benchmarks.peers.{each}"] for each in ("clients", "visits"))
    visits = _record()
    assert visits.create(BOOKED, by="admin", now_ms=T - 60 * MINUTE)
    life = LIVES[name]
    for event in sorted((*life.calls, *life.rest), key=lambda event: event.at):

        def learn(visit: Visit) -> VisitFacts:
            match event:  # noqa: B023  # called at once
                case Webhook(_, joining, peer, at):
                    return with_observed_peer(visit.facts, joining, peer, **at)
                case Call(at, "join", who, joining) if visit.ongoing:
                    return with_joining(visit.facts, joining, Joining(who, at))
                case Call(at, "end" | "cancel" as kind, who):
                    return with_decision(visit.facts, Decision(kind, at, who))
            return visit.facts

        visits.update("v", learn, event.at)
        item = clients.visits.get_item(Key={"pk": "v"})["Item"]
        for later in (0, 1, 2 * MINUTE, 11 * MINUTE, 46 * MINUTE):
            now = event.at + later
            shown = peers.document(item, now).model_dump(by_alias=True)
            assert shown == visit_document(visits.get("v"), RULES, now), (event, later)
