"""How much is kept of a visit, whoever comes and goes how often."""

import json

import pytest

from bedside.adapters.attributes import to_attributes
from bedside.adapters.dynamo import Table
from bedside.errors import TooManyJoiningsError
from bedside.visits.knowledge import MAX_JOININGS, MAX_PEERS_IN_ALL, Known, joined, told
from bedside.visits.presence import Joining, Party
from bedside.visits.record import VisitRecord
from bedside.visits.visit import learned
from tests.bedside.visits.life import BOOKED, MINUTE, RULES, T

# What DynamoDB takes, in bytes; spelled as JSON an item is longer.
LARGEST = 400 * 1024


def crowd(party: Party, known: Known) -> Known:
    """Let a party join until it may not any more."""
    for number in range(MAX_JOININGS):
        known = joined(known, f"{party[:8]}{number:08}", Joining(party, T + number * 1000))
    return known


def test_who_joins_too_often_keeps_nobody_else_out() -> None:
    """The hundred-and-first call of the patient's is refused, the practitioner's first is not."""
    known = crowd("patient", Known(T))
    with pytest.raises(TooManyJoiningsError):
        joined(known, "one-more", Joining("patient", T))
    assert joined(known, "patient00000000", Joining("patient", T)) == known
    assert "doctor" in joined(known, "doctor", Joining("practitioner", T)).joinings


def test_what_is_kept_of_a_visit_always_fits_an_item(table: Table) -> None:
    """Also of somebody who connects again and again for 45 minutes, under the longest names."""
    known = crowd("practitioner", crowd("patient", Known(T)))
    for number in range(3000):
        name = f"patient{number % MAX_JOININGS:08}"
        at = T + 120_000 + number * 700
        peer = f"{number:0128}"
        known = told(told(known, name, peer, joined_at=at), name, peer, left_at=at + 300)
    assert sum(len(one.peers) for one in known.joinings.values()) == MAX_PEERS_IN_ALL
    visit = learned(BOOKED, known, RULES, T + 44 * MINUTE)
    assert VisitRecord(table, RULES).add(visit, by="admin", now_ms=T)
    [kept] = [table.get("v")]
    assert kept is not None
    assert len(visit.history) > MAX_PEERS_IN_ALL
    assert len(json.dumps(to_attributes(kept), separators=(",", ":"))) < LARGEST
