"""Presence of the parties, derived from joinings and connections, independent of the order of reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bedside.ports.video import Party


@dataclass(frozen=True, slots=True)
class Peer:
    """A connection at the provider, as reported by webhooks; Unix ms, None if not (yet) reported."""

    joined_at: int | None = None
    left_at: int | None = None

    def observed(self, *, joined_at: int | None = None, left_at: int | None = None) -> "Peer":
        """Return the peer, updated by another webhook; if two webhooks disagree, the earlier time counts."""
        return Peer(_earlier(self.joined_at, joined_at), _earlier(self.left_at, left_at))

    @property
    def reports(self) -> int:
        """How many kinds of webhooks have reported it."""
        return (self.joined_at is not None) + (self.left_at is not None)


@dataclass(frozen=True, slots=True)
class Joining:
    """A request to join, and the connections made with it: more than one if the client reconnected."""

    party: Party
    at: int
    peers: Mapping[str, Peer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stay:
    """A period in which a party was present, as far as known; `until` is exclusive, and None if they still are."""

    since: int
    until: int | None

    def covers(self, at: int) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def stays(joinings: Iterable[Joining], party: Party) -> list[Stay]:
    """Return the periods in which `party` was present.

    A party is present from the moment they ask to join, without waiting for the provider's report, which may come late
    or never. They are absent once every connection of the joining has left, until they join again. A joining without
    any reported connection lasts until the party's next joining.

    A reported connection lasts until it is reported to have left, even if the party has joined again: they may be using
    a second device, and closing one of two devices must not end the visit. So if a connection breaks, and the party
    returns and then leaves, their departure takes effect only when the provider reports the broken connection, within a
    minute. Ending a visit a minute late does less harm than ending it wrongly.
    """
    own = sorted((joining for joining in joinings if joining.party == party), key=lambda joining: joining.at)
    nexts = [*(joining.at for joining in own[1:]), None]
    return [stay for joining, next_at in zip(own, nexts, strict=False) for stay in _stays(joining, next_at)]


def present(stays: Iterable[Stay], at: int) -> bool:
    """Return whether any of the stays covers the instant."""
    return any(stay.covers(at) for stay in stays)


def _stays(joining: Joining, next_at: int | None) -> list[Stay]:
    if not joining.peers:
        return [Stay(joining.at, _not_before(next_at, joining.at))]
    peers = sorted(joining.peers.values(), key=lambda peer: (peer.joined_at or joining.at, peer.left_at or 0))
    first, *others = peers
    return [
        Stay(joining.at, _not_before(first.left_at, joining.at)),
        *(Stay(since, _not_before(peer.left_at, since)) for peer in others for since in [peer.joined_at or joining.at]),
    ]


def _earlier(one: int | None, other: int | None) -> int | None:
    known = [at for at in (one, other) if at is not None]
    return min(known) if known else None


def _not_before(at: int | None, since: int) -> int | None:
    """Return `at`, but later than `since`: clocks differ, and nobody can leave before they arrived."""
    return None if at is None else max(at, since + 1)
