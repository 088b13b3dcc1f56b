"""The facts known about a visit. Adding a fact is idempotent and independent of order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from bedside.kernel.errors import Limit
from bedside.ports.video import Party
from bedside.visits.audio_only import AudioOnlyReason, Picture
from bedside.visits.consent import Consent
from bedside.visits.errors import TooManyJoiningsError
from bedside.visits.presence import Joining, Peer

DecisionCause = Literal["end", "roomEnded", "cancel", "fail"]

# More than anyone needs in 45 minutes, and together far below the 400 KB that an item may have, although each arrival
# and departure also adds a step to the history. Joinings are limited per party, so that neither can lock out the other.
MAX_JOININGS: Final = 100
_MAX_PEERS: Final = 20
MAX_PEERS_IN_ALL: Final = 400
# Limits decisions reported by the provider; people decide only once.
_MAX_ROOM_ENDS: Final = 20


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that ends a visit: who made it, and when it takes effect (Unix ms).

    It takes effect `later_ms` after it was reported to have happened, if later steps had already been recorded.
    """

    cause: DecisionCause
    at: int
    by: str
    later_ms: int = 0
    reason: str = field(default="", repr=False)

    @property
    def reported_at(self) -> int:
        return self.at - self.later_ms


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """All facts known about a visit: the agreed time, the joinings with their connections, decisions and consents."""

    starts_at: int
    joinings: Mapping[str, Joining] = field(default_factory=dict)
    decisions: Sequence[Decision] = ()
    # When both parties were first known to be present. Later facts may change the instant, but not reset it to None.
    began_at: int | None = None
    # The provider's room, once it has been created.
    room_id: str | None = None
    # Requests to record the visit, and the patient's answers.
    consents: Sequence[Consent] = ()
    # When the agreed time was last changed.
    rescheduled_at: int | None = None
    # What each party last said of the picture of themselves.
    pictures: Mapping[Party, Picture] = field(default_factory=dict)


def with_joining(facts: VisitFacts, name: str, joining: Joining) -> VisitFacts:
    """Return the facts, extended by a joining; the same name identifies the same joining.

    Raises TooManyJoiningsError after the party's hundredth joining.
    """
    own = sum(one.party == joining.party for one in facts.joinings.values())
    if name not in facts.joinings and own >= MAX_JOININGS:
        raise TooManyJoiningsError(
            "This visit was joined too often.", Limit("visit-joinings", MAX_JOININGS, 3600), 3600
        )
    return facts if name in facts.joinings else replace(facts, joinings={**facts.joinings, name: joining})


def with_observed_peer(  # what a webhook reports
    facts: VisitFacts,
    name: str,
    peer_id: str,
    *,
    joined_at: int | None = None,
    left_at: int | None = None,
    left_by_choice: bool = False,
) -> VisitFacts:
    """Return the facts, extended by what the provider reported of a peer: when it came or went, and how.

    Ignores peers of unknown joinings, and those beyond the limits.
    """
    joining = facts.joinings.get(name)
    if joining is None or (peer_id not in joining.peers and _at_peer_limit(facts, joining)):
        return facts
    known = joining.peers.get(peer_id, Peer())
    peer = known.observed(joined_at=joined_at, left_at=left_at, left_by_choice=left_by_choice)
    found = replace(joining, peers={**joining.peers, peer_id: peer})
    return replace(facts, joinings={**facts.joinings, name: found})


def with_decision(facts: VisitFacts, decision: Decision) -> VisitFacts:
    """Return the facts, extended by a decision."""
    if any(
        (one.cause, one.by, one.reported_at) == (decision.cause, decision.by, decision.at) for one in facts.decisions
    ):
        return facts
    room_ends = sum(one.cause == "roomEnded" for one in facts.decisions)
    if decision.cause == "roomEnded" and room_ends >= _MAX_ROOM_ENDS:
        return facts
    return replace(facts, decisions=(*facts.decisions, decision))


def with_picture(facts: VisitFacts, party: Party, missing: AudioOnlyReason | None, now_ms: int) -> VisitFacts:
    """Return the facts, extended by why there is no picture of a party, or that there is one again."""
    known = facts.pictures.get(party)
    if missing == (known.missing if known else None):
        return facts
    return replace(facts, pictures={**facts.pictures, party: Picture(now_ms, missing)})


def with_room(facts: VisitFacts, room_id: str) -> VisitFacts:
    """Return the facts, extended by the provider's room; an existing room stays."""
    return facts if facts.room_id else replace(facts, room_id=room_id)


def _at_peer_limit(facts: VisitFacts, joining: Joining) -> bool:
    """Return whether the joining or the visit has reached its limit of connections."""
    in_all = sum(len(one.peers) for one in facts.joinings.values())
    return len(joining.peers) >= _MAX_PEERS or in_all >= MAX_PEERS_IN_ALL
