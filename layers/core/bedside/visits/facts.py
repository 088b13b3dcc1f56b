"""What is known of a visit, and what one more piece adds. Adding twice adds nothing, and the order does not matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from bedside.kernel.errors import Limit, TooManyJoiningsError
from bedside.visits.presence import Joining, Peer

Deciding = Literal["end", "roomEnded", "cancel", "fail"]

# More than anybody needs in 45 minutes, and together far less than the 400 KB that an item may have: each coming and
# each going is a step of the history as well. Joinings of each party: who comes again and again keeps nobody out.
MAX_JOININGS: Final = 100
_MAX_PEERS: Final = 20
MAX_PEERS_IN_ALL: Final = 400
# Of what the provider tells; people decide once.
_MAX_ROOM_ENDS: Final = 20


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that ends a visit: who decided it, and when, in Unix ms.

    It counts `later_ms` after it was decided, if steps from after that had been recorded before it became known.
    """

    cause: Deciding
    at: int
    by: str
    later_ms: int = 0
    reason: str = field(default="", repr=False)

    @property
    def reported_at(self) -> int:
        return self.at - self.later_ms


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """All that is known of a visit: the agreed time, who called to join with what came of it, and what was decided."""

    starts_at: int
    joinings: Mapping[str, Joining] = field(default_factory=dict)
    decisions: Sequence[Decision] = ()
    # When it was first noted that both were there. What becomes known later may move the moment, and not unmake it.
    began_at: int | None = None
    # The provider's room, once there is one.
    room_id: str | None = None


def with_joining(facts: VisitFacts, name: str, joining: Joining) -> VisitFacts:
    """Return what is known with one more call to join; under the same name it is the same call.

    Raises TooManyJoiningsError after the party's hundredth.
    """
    own = sum(one.party == joining.party for one in facts.joinings.values())
    if name not in facts.joinings and own >= MAX_JOININGS:
        raise TooManyJoiningsError(
            "This visit was joined too often.", Limit("visit-joinings", MAX_JOININGS, 3600), 3600
        )
    return facts if name in facts.joinings else replace(facts, joinings={**facts.joinings, name: joining})


def with_observed_peer(facts: VisitFacts, name: str, peer_id: str, **at: int) -> VisitFacts:
    """Return what is known with what the provider tells of a peer: `joined_at`, `left_at`.

    Of a joining that nobody called for nothing is kept, nor of more connections of one than anybody makes.
    """
    joining = facts.joinings.get(name)
    if joining is None or (peer_id not in joining.peers and _crowded(facts, joining)):
        return facts
    peer = joining.peers.get(peer_id, Peer()).observed(**at)
    found = replace(joining, peers={**joining.peers, peer_id: peer})
    return replace(facts, joinings={**facts.joinings, name: found})


def with_decision(facts: VisitFacts, decision: Decision) -> VisitFacts:
    """Return what is known with a decision."""
    if any(
        (one.cause, one.by, one.reported_at) == (decision.cause, decision.by, decision.at) for one in facts.decisions
    ):
        return facts
    room_ends = sum(one.cause == "roomEnded" for one in facts.decisions)
    if decision.cause == "roomEnded" and room_ends >= _MAX_ROOM_ENDS:
        return facts
    return replace(facts, decisions=(*facts.decisions, decision))


def with_room(facts: VisitFacts, room_id: str) -> VisitFacts:
    """Return what is known with the provider's room; the first that was noted stays."""
    return facts if facts.room_id else replace(facts, room_id=room_id)


def _crowded(facts: VisitFacts, joining: Joining) -> bool:
    """Tell whether no more connections are kept, of this joining or of the visit."""
    in_all = sum(len(one.peers) for one in facts.joinings.values())
    return len(joining.peers) >= _MAX_PEERS or in_all >= MAX_PEERS_IN_ALL
