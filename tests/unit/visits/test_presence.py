"""Who was there when, from webhooks in any order."""

from itertools import permutations
from typing import Any

from bedside.visits.presence import Joining, Peer, Stay, did_not_show, has_left, present, stays


def patient(at: int, **peers: Peer) -> Joining:
    return Joining("patient", at, peers)


def test_whoever_calls_to_join_is_there() -> None:
    """Before any webhook has come, and if none ever does."""
    assert stays([patient(10)], "patient") == [Stay(10, None)]
    assert stays([patient(10)], "practitioner") == []
    assert present([Stay(10, None)], 10)
    assert not present([Stay(10, None)], 9)
    assert not present([], 10)


def test_a_leave_ends_the_stay() -> None:
    """From that moment; also where the webhook of the join came never."""
    assert stays([patient(10, a=Peer(12, 20))], "patient") == [Stay(10, 20)]
    assert stays([patient(10, a=Peer(None, 20))], "patient") == [Stay(10, 20)]
    assert not present([Stay(10, 20)], 20)
    assert present([Stay(10, 20)], 19)


def test_a_second_peer_of_the_same_joining_is_a_return() -> None:
    """The provider's client reconnects by itself; there is a gap only if the first had left by then."""
    assert stays([patient(10, a=Peer(12, 20), b=Peer(25))], "patient") == [Stay(10, 20), Stay(25, None)]
    overlapping = stays([patient(10, a=Peer(12, 20), b=Peer(19))], "patient")
    assert all(present(overlapping, at) for at in range(10, 30))


def test_a_late_leave_of_an_earlier_joining_takes_nobody_away() -> None:
    """Who has joined again is there, whenever the provider closes the connection that was lost."""
    found = stays([patient(10, a=Peer(12, 90)), patient(30)], "patient")
    assert all(present(found, at) for at in range(10, 200))


def test_a_joining_that_came_to_nothing_lasts_until_the_next() -> None:
    """Otherwise nobody who ever lost a token, or a page, could be missed again."""
    assert stays([patient(10), patient(30, a=Peer(31, 50))], "patient") == [Stay(10, 30), Stay(30, 50)]
    assert stays([patient(30, a=Peer(31, 50)), patient(10)], "patient") == [Stay(10, 30), Stay(30, 50)]
    assert stays([patient(10), patient(10)], "patient") == [Stay(10, 11), Stay(10, None)]


def test_two_devices_are_left_one_by_one() -> None:
    """Who joins on a second device and closes either is still there on the other."""
    both = [patient(10, a=Peer(12)), patient(30, b=Peer(32, 50))]
    assert present(stays(both, "patient"), 60)
    both = [patient(10, a=Peer(12, 50)), patient(30, b=Peer(32))]
    assert present(stays(both, "patient"), 60)


def test_a_broken_connection_hides_a_going_only_until_it_is_told() -> None:
    """Who came back and went before the provider has noticed is gone from then, not from when it tells."""
    assert present(stays([patient(10, a=Peer(12)), patient(30, b=Peer(32, 50))], "patient"), 60)
    found = stays([patient(10, a=Peer(12, 25)), patient(30, b=Peer(32, 50))], "patient")
    assert [at for at in range(10, 100) if not present(found, at)] == [*range(25, 30), *range(50, 100)]


def test_clocks_may_differ() -> None:
    """Nobody leaves before they came; somebody who came was there, if only for a moment."""
    assert stays([patient(10, a=Peer(8, 9))], "patient") == [Stay(10, 11)]
    assert stays([patient(10, a=Peer(10, 10))], "patient") == [Stay(10, 11)]


def test_what_is_told_twice_or_in_any_order_is_the_same() -> None:
    """Of two that disagree the earlier counts."""
    tellings: list[dict[str, Any]] = [{"joined_at": 5}, {"left_at": 9}, {"left_at": 8}, {"joined_at": 5}]
    found = set()
    for order in permutations(tellings):
        peer = Peer()
        for telling in order:
            peer = peer.observed(**telling)
        found.add(peer)
    assert found == {Peer(5, 8)}


def test_whoever_leaves_by_choice_was_not_lost() -> None:
    """What their last connection ended by counts, and nothing while any other is open."""
    chosen, lost = Peer(12, 20, left_by_choice=True), Peer(12, 20)
    assert stays([patient(10, a=chosen)], "patient") == [Stay(10, 20, by_choice=True)]
    assert has_left(stays([patient(10, a=chosen)], "patient"), 20)
    assert not has_left(stays([patient(10, a=chosen)], "patient"), 19)
    assert not has_left(stays([patient(10, a=lost)], "patient"), 20)
    assert not has_left(stays([patient(10, a=Peer(12, None, left_by_choice=True))], "patient"), 99)
    assert not has_left([], 20)
    both = stays([patient(10, a=chosen, b=Peer(12, 30))], "patient")
    assert (has_left(both, 25), has_left(both, 30)) == (False, False)
    other = stays([patient(10, a=Peer(12, 30, left_by_choice=True), b=lost)], "patient")
    assert (has_left(other, 25), has_left(other, 30)) == (False, True)


def test_reports_of_a_departure_agree_in_any_order() -> None:
    """The earliest time, and the choice if any report names it."""
    reports: list[dict[str, Any]] = [
        {"left_at": 20, "left_by_choice": True},
        {"left_at": 19},
        {"joined_at": 12},
        {"left_at": 21},
    ]
    for order in permutations(reports):
        peer = Peer()
        for report in order:
            peer = peer.observed(**report)
        assert peer == Peer(12, 19, left_by_choice=True)


def test_who_did_not_show() -> None:
    """Whoever never came; of two who missed each other, whoever was not there in the end."""
    doctor = Joining("practitioner", 10, {})
    gone = Joining("practitioner", 10, {"b": Peer(10, 15)})
    assert did_not_show([], 20) == ["patient", "practitioner"]
    assert did_not_show([patient(10)], 20) == ["practitioner"]
    assert did_not_show([doctor], 20) == ["patient"]
    assert did_not_show([gone], 20) == ["patient"]
    assert did_not_show([patient(16), gone], 20) == ["practitioner"]
    assert did_not_show([patient(12, a=Peer(12, 14)), Joining("practitioner", 16, {})], 20) == ["patient"]
    assert did_not_show([patient(21), doctor], 20) == ["patient"]
