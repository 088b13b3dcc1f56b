"""What is known of a visit, and what one more piece adds. Adding twice adds nothing, and the order does not matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from bedside.errors import Limit, TooManyJoiningsError
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
    def told_at(self) -> int:
        return self.at - self.later_ms


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a visit: the agreed time, who called to join with what came of it, and what was decided."""

    starts_at: int
    joinings: Mapping[str, Joining] = field(default_factory=dict)
    decisions: Sequence[Decision] = ()
    # When it was first noted that both were there. What becomes known later may move the moment, and not unmake it.
    began_at: int | None = None
    # The provider's room, once there is one.
    room_id: str | None = None


def joined(known: Known, name: str, joining: Joining) -> Known:
    """Return what is known with one more call to join; under the same name it is the same call.

    Raises TooManyJoiningsError after the party's hundredth.
    """
    own = sum(one.party == joining.party for one in known.joinings.values())
    if name not in known.joinings and own >= MAX_JOININGS:
        raise TooManyJoiningsError(
            "This visit was joined too often.", Limit("visit-joinings", MAX_JOININGS, 3600), 3600
        )
    return known if name in known.joinings else replace(known, joinings={**known.joinings, name: joining})


def told(known: Known, name: str, peer_id: str, **at: int) -> Known:
    """Return what is known with what the provider tells of a peer: `joined_at`, `left_at`.

    Of a joining that nobody called for nothing is kept, nor of more connections of one than anybody makes.
    """
    joining = known.joinings.get(name)
    if joining is None or (peer_id not in joining.peers and _crowded(known, joining)):
        return known
    peer = joining.peers.get(peer_id, Peer()).told(**at)
    found = replace(joining, peers={**joining.peers, peer_id: peer})
    return replace(known, joinings={**known.joinings, name: found})


def decided(known: Known, decision: Decision) -> Known:
    """Return what is known with a decision."""
    if any((one.cause, one.by, one.told_at) == (decision.cause, decision.by, decision.at) for one in known.decisions):
        return known
    room_ends = sum(one.cause == "roomEnded" for one in known.decisions)
    if decision.cause == "roomEnded" and room_ends >= _MAX_ROOM_ENDS:
        return known
    return replace(known, decisions=(*known.decisions, decision))


def roomed(known: Known, room_id: str) -> Known:
    """Return what is known with the provider's room; the first that was noted stays."""
    return known if known.room_id else replace(known, room_id=room_id)


def _crowded(known: Known, joining: Joining) -> bool:
    """Tell whether no more connections are kept, of this joining or of the visit."""
    in_all = sum(len(one.peers) for one in known.joinings.values())
    return len(joining.peers) >= _MAX_PEERS or in_all >= MAX_PEERS_IN_ALL
