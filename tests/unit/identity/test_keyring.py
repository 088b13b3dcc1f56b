"""Keys are rotated while functions run: a newer one is fetched when it turns up, and inventions cost little."""

from collections.abc import Mapping

import pytest

from bedside.identity.errors import UnauthorizedError
from bedside.identity.keyring import KeyRing
from bedside.identity.tokens import AccessClaims, issue_access_token, read_access_token
from bedside.kernel.errors import UnavailableError

OLD, NEW = {"1": b"o" * 32}, {"2": b"n" * 32}
NOW = 1_795_228_312_345
CLAIMS = AccessClaims("u" * 24, "f" * 16)


class Store:
    """Where keys are read from; `keys` None is a store that cannot be reached."""

    def __init__(self, keys: Mapping[str, bytes] | None) -> None:
        self.keys = keys
        self.reads = 0

    def read(self) -> Mapping[str, bytes]:
        self.reads += 1
        if self.keys is None:
            raise UnavailableError
        return self.keys


def test_the_newest_key_signs() -> None:
    """The last of them; nothing is read for it."""
    store = Store(None)
    assert KeyRing(OLD | NEW, store.read).newest == ("2", NEW["2"])
    assert KeyRing(OLD | NEW, store.read).find("1", NOW) == OLD["1"]
    assert store.reads == 0


def test_a_newer_keys_token_is_accepted_at_once() -> None:
    """A function that started with the old keys reads them anew, once; the new key then signs there too."""
    store = Store(OLD | NEW)
    started_earlier = KeyRing(OLD, store.read)
    token = issue_access_token(KeyRing(OLD | NEW, store.read), CLAIMS, NOW + 1)
    for _ in range(3):
        assert read_access_token(started_earlier, token, NOW) == CLAIMS
    assert store.reads == 1
    assert started_earlier.newest[0] == "2"


def test_a_key_that_was_dropped_is_dropped() -> None:
    """Reading anew replaces the keys: those that are no longer stored verify nothing."""
    store = Store(NEW)
    ring = KeyRing(OLD, store.read)
    assert ring.find("2", NOW) == NEW["2"]
    assert ring.find("1", NOW) is None


def test_invented_ids_make_us_read_once_in_ten_seconds() -> None:
    """However many come, with however many ids."""
    store = Store(OLD)
    ring = KeyRing(OLD, store.read)
    for now in (NOW, NOW + 1, NOW + 9_999):
        for number in range(20):
            assert ring.find(f"invented-{number}", now) is None
    assert store.reads == 1
    assert ring.find("invented", NOW + 10_000) is None
    assert store.reads == 2
    for kid in ("invented", ""):
        with pytest.raises(UnauthorizedError):
            read_access_token(ring, f"{kid}.x", NOW + 10_001)
    assert store.reads == 2


def test_what_cannot_be_told_is_said_so() -> None:
    """With the store away an unknown key may be a new one: nobody is signed out for it, and known ones go on."""
    store = Store(None)
    ring = KeyRing(OLD, store.read)
    for now in (NOW, NOW + 5_000):
        with pytest.raises(UnavailableError):
            ring.find("2", now)
    assert store.reads == 1
    assert ring.find("1", NOW) == OLD["1"]
    store.keys = OLD | NEW
    assert ring.find("2", NOW + 10_000) == NEW["2"]
    assert ring.find("3", NOW + 10_001) is None
