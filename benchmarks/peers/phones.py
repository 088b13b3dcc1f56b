"""Phones of a session: the first that scans a code joins it."""

from typing import Any

from benchmarks.peers import clients, desktops, models, session
from benchmarks.peers.records import ConditionFailedError
from benchmarks.peers.refusal import Refusal
from benchmarks.peers.session import Session

PREFIX = "phone:"
_WORDS = ("amber", "birch", "cedar", "coral", "delta", "ember", "fern", "grove", "hazel", "ivory", "jade", "kauri")


def id_of(key: str, device: str) -> str:
    """Return a device's id in a session, which tells nothing about it in others."""
    return clients.keyed_hash(f"phone\n{key}\n0\n{device}").hex()[:16]


def words_of(phone: str) -> str:
    """Return the two words that phone and desktop show."""
    first, second = divmod(int(phone[:8], 16) % len(_WORDS) ** 2, len(_WORDS))
    return f"{_WORDS[first]} {_WORDS[second]}"


def name_of(agent: str) -> str:
    """Return what kind of phone a User-Agent header names."""
    return next((name for mark, name in (("Android", "Android phone"), ("iPhone", "iPhone")) if mark in agent), "Phone")


def join(key: str, digest: str, phone: str, name: str, now: int) -> Session:
    """Return a QR token's session, which the first phone joins; rejects others: nobody here lets them in."""
    entry = {"name": name, "at": now, "standing": "joined"}
    try:
        joined = session.change(
            key,
            "SET #entry = :phone, #claimedBy = :claim, #phoneCount = :one",
            now,
            condition="#tokens.#token > :now AND attribute_not_exists(#claimedBy)",
            values={"phone": entry, "claim": phone, "one": 1},
            names={"entry": f"{PREFIX}{phone}", "token": digest},
        )
    except ConditionFailedError as error:
        found = error.item
        if found is None or not session.alive(found, now) or found["tokens"].get(digest, 0) <= now:
            raise Refusal(404, "token-expired-or-invalid") from error
        if f"{PREFIX}{phone}" not in found:
            raise Refusal(403, "phone-refused") from error
        return found
    desktops.tell("phones-changed", joined, now)
    return joined


def listed(found: dict[str, Any]) -> list[models.Phone]:
    """Return the phones that a session's record names."""
    return [
        models.Phone(
            phone_id=name.removeprefix(PREFIX),
            name=value["name"],
            words=words_of(name.removeprefix(PREFIX)),
            standing=value["standing"],
            at=int(value["at"]),
        )
        for name, value in found.items()
        if name.startswith(PREFIX)
    ]
