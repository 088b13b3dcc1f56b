"""Presence of the parties, derived from joinings and connections, independent of the order of reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bedside.ports.video import Party

PARTIES: Final[tuple[Party, ...]] = ("patient", "practitioner")


@dataclass(frozen=True, slots=True)
class Peer:
    """A connection at the provider, as reported by webhooks; Unix ms, None if not (yet) reported.

    `left_by_choice`: it was ended by its user, not by the network.
    """

    joined_at: int | None = None
    left_at: int | None = None
    left_by_choice: bool = False

    def observed(
        self, *, joined_at: int | None = None, left_at: int | None = None, left_by_choice: bool = False
    ) -> "Peer":
        """Return the peer, updated by another webhook; if two disagree, the earlier time and the choice count."""
        return Peer(
            _earlier(self.joined_at, joined_at), _earlier(self.left_at, left_at), self.left_by_choice or left_by_choice
        )

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
    """A period in which a party was present, as far as known; `until` is exclusive, and None if they still are.

    `by_choice`: they ended it themselves.
    """

    since: int
    until: int | None
    by_choice: bool = False

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


def has_left(stays: Iterable[Stay], at: int) -> bool:
    """Return whether the party is absent at the instant because they chose to leave, not because a connection broke."""
    ended = [stay for stay in stays if stay.since <= at]
    if not ended or present(ended, at):
        return False
    return max((stay.until or 0, stay.by_choice) for stay in ended)[1]


def did_not_show(joinings: Iterable[Joining], at: int, since: int = 0) -> list[Party]:
    """Return the parties to blame if the two had not met by the instant; `since` is when they agreed on their time.

    These are those who never came; or else, if both came and missed each other, those who were absent at the end.
    """
    known = [joining for joining in joinings if since <= joining.at < at]
    missing: list[Party] = [party for party in PARTIES if not any(one.party == party for one in known)]
    return missing or [party for party in PARTIES if not present(stays(known, party), at - 1)]


def _stays(joining: Joining, next_at: int | None) -> list[Stay]:
    if not joining.peers:
        return [Stay(joining.at, _not_before(next_at, joining.at))]
    peers = sorted(joining.peers.values(), key=lambda peer: (peer.joined_at or joining.at, peer.left_at or 0))
    first, *others = peers
    return [
        _stay(joining.at, first),
        *(_stay(peer.joined_at or joining.at, peer) for peer in others),
    ]


def _stay(since: int, peer: Peer) -> Stay:
    return Stay(since, _not_before(peer.left_at, since), peer.left_at is not None and peer.left_by_choice)


def _earlier(one: int | None, other: int | None) -> int | None:
    known = [at for at in (one, other) if at is not None]
    return min(known) if known else None


def _not_before(at: int | None, since: int) -> int | None:
    """Return `at`, but later than `since`: clocks differ, and nobody can leave before they arrived."""
    return None if at is None else max(at, since + 1)
