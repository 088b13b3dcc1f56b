"""What is known of a visit, and what one more piece adds. Adding twice adds nothing, and the order does not matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bedside.visits.presence import Joining, Peer

Deciding = Literal["end", "roomEnded", "cancel", "fail"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that ends a visit: who decided it, and when, in Unix ms."""

    cause: Deciding
    at: int
    by: str


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a visit: the agreed time, who called to join with what came of it, and what was decided."""

    starts_at: int
    joinings: Mapping[str, Joining] = field(default_factory=dict)
    decisions: Sequence[Decision] = ()
    # When it was first noted that both were there. What becomes known later may move the moment, and not unmake it.
    began_at: int | None = None


def joined(known: Known, name: str, joining: Joining) -> Known:
    """Return what is known with one more call to join."""
    return replace(known, joinings={**known.joinings, name: joining})


def told(known: Known, name: str, peer_id: str, **at: int) -> Known:
    """Return what is known with what the provider tells of a peer: `joined_at`, `left_at`.

    Of a joining that nobody called for nothing is kept.
    """
    joining = known.joinings.get(name)
    if joining is None:
        return known
    peer = joining.peers.get(peer_id, Peer()).told(**at)
    return joined(known, name, replace(joining, peers={**joining.peers, peer_id: peer}))


def decided(known: Known, decision: Decision) -> Known:
    """Return what is known with a decision."""
    return known if decision in known.decisions else replace(known, decisions=(*known.decisions, decision))
