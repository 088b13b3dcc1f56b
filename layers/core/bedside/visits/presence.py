"""Who was there when, from what is known of a visit's connections, in whatever order it became known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bedside.ports.video import Party


@dataclass(frozen=True, slots=True)
class Peer:
    """One connection at the provider, as its webhooks tell of it; Unix ms, None what no webhook has told (yet)."""

    joined_at: int | None = None
    left_at: int | None = None

    def observed(self, *, joined_at: int | None = None, left_at: int | None = None) -> "Peer":
        """Return the peer with what one more webhook tells; of two that disagree the earlier time counts."""
        return Peer(_earlier(self.joined_at, joined_at), _earlier(self.left_at, left_at))


@dataclass(frozen=True, slots=True)
class Joining:
    """One call to join, and the peers that came of it: more than one where the provider's client reconnected."""

    party: Party
    at: int
    peers: Mapping[str, Peer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch of time in which somebody was there, as far as is known; `until` is the first moment without them."""

    since: int
    until: int | None

    def covers(self, at: int) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def stays(joinings: Iterable[Joining], party: Party) -> list[Stay]:
    """Return when `party` was there.

    Whoever calls to join is there from that moment, not only once the provider says so: its word may come late or
    never. They are gone when every peer of that joining has left, and back with the next. A joining of which the
    provider has told nothing lasts until they join again: nobody is there twice.

    A connection that the provider has told of lasts until it tells otherwise, although they have joined again: they may
    have, on another device, and a visit under way must not end because they close one of the two. So where one broke
    and they came back and went, their going counts once the provider tells of the broken one, which it does within a
    minute: a visit that ends that much later does less harm.
    """
    own = sorted((joining for joining in joinings if joining.party == party), key=lambda joining: joining.at)
    nexts = [*(joining.at for joining in own[1:]), None]
    return [stay for joining, next_at in zip(own, nexts, strict=False) for stay in _stays(joining, next_at)]


def present(stays: Iterable[Stay], at: int) -> bool:
    """Tell whether any of the stays covers the moment."""
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
    """The provider's clock is not ours: nobody leaves before they came, and who came was there for a moment."""
    return None if at is None else max(at, since + 1)
