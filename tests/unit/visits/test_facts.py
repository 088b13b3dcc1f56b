"""How much is kept of a visit, whoever comes and goes how often."""

import json

import pytest

from bedside.adapters.aws.attributes import to_attributes
from bedside.adapters.aws.dynamodb import Table
from bedside.ports.video import Party
from bedside.visits.errors import TooManyJoiningsError
from bedside.visits.facts import MAX_JOININGS, MAX_PEERS_IN_ALL, VisitFacts, with_joining, with_observed_peer
from bedside.visits.model import with_facts
from bedside.visits.presence import Joining
from bedside.visits.repository import VisitRepository
from tests.unit.visits.life import BOOKED, MINUTE, RULES, T

# What DynamoDB takes, in bytes; spelled as JSON an item is longer.
LARGEST = 400 * 1024


def crowd(party: Party, known: VisitFacts) -> VisitFacts:
    """Let a party join until it may not any more."""
    for number in range(MAX_JOININGS):
        known = with_joining(known, f"{party[:8]}{number:08}", Joining(party, T + number * 1000))
    return known


def test_who_joins_too_often_keeps_nobody_else_out() -> None:
    """The hundred-and-first call of the patient's is refused, the practitioner's first is not."""
    known = crowd("patient", VisitFacts(T))
    with pytest.raises(TooManyJoiningsError):
        with_joining(known, "one-more", Joining("patient", T))
    assert with_joining(known, "patient00000000", Joining("patient", T)) == known
    assert "doctor" in with_joining(known, "doctor", Joining("practitioner", T)).joinings


def test_what_is_kept_of_a_visit_always_fits_an_item(table: Table) -> None:
    """Also of somebody who connects again and again for 45 minutes, under the longest names."""
    known = crowd("practitioner", crowd("patient", VisitFacts(T)))
    for number in range(3000):
        name = f"patient{number % MAX_JOININGS:08}"
        at = T + 120_000 + number * 700
        peer = f"{number:0128}"
        known = with_observed_peer(with_observed_peer(known, name, peer, joined_at=at), name, peer, left_at=at + 300)
    assert sum(len(one.peers) for one in known.joinings.values()) == MAX_PEERS_IN_ALL
    visit = with_facts(BOOKED, known, RULES, T + 44 * MINUTE)
    assert VisitRepository(table, RULES).create(visit, by="admin", now_ms=T)
    [kept] = [table.get("v")]
    assert kept is not None
    assert len(visit.history) > MAX_PEERS_IN_ALL
    assert len(json.dumps(to_attributes(kept), separators=(",", ":"))) < LARGEST
