"""Signing keys are rotated while functions run, each of which read them when it started."""

import json
from collections.abc import Iterator

import pytest

from bedside.adapters.aws.secrets import read_secrets
from bedside.identity.keyring import KeyRing
from bedside.identity.tokens import AccessClaims, issue_access_token
from tests.functions.clinic import FAMILY, SIGNING_KEY, Clinic, refusal

PHONE = "+64215550111"
NEW_KEY = b"signing key of the next month 12"


class Store:
    """SSM as this process reads it, counted; `away` is an SSM that does not answer."""

    def __init__(self, clinic: Clinic) -> None:
        self.keys = {"1": SIGNING_KEY}
        self.reads = 0
        self.away = False
        self._clinic = clinic

    def read(self) -> dict[str, bytes]:
        self.reads += 1
        if self.away:
            settings = self._clinic.wiring.platform.settings
            read_secrets("/nowhere", settings.secrets, settings.region)
        return dict(self.keys)


@pytest.fixture
def store(clinic: Clinic) -> Iterator[Store]:
    store = Store(clinic)
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    clinic.wiring.identity.__dict__["keys"] = KeyRing(dict(store.keys), store.read)
    yield store
    del clinic.wiring.identity.__dict__["keys"]


def token_of(clinic: Clinic, keys: dict[str, bytes]) -> str:
    """Give a token that another function signed, which has these keys."""
    clinic.member("FAC001", ("clinician",), phone=PHONE)
    claims = AccessClaims(clinic.user_id(PHONE), FAMILY)
    return issue_access_token(KeyRing(keys, dict), claims, clinic.wiring.now_ms() + 60_000)


def test_the_wiring_reads_keys_anew(clinic: Clinic) -> None:
    """From SSM, and not from what it read at its start: with the real store an unknown id is looked up there."""
    refusal(clinic.call("auth_me", token="2.x"), 401, "unauthorized")
    assert clinic.wiring.identity.keys.newest == ("1", SIGNING_KEY)
    assert clinic.wiring.identity.keys is not None
    secrets = clinic.wiring.platform.secrets
    clinic.wiring.platform.__dict__["secrets"] = type(secrets)({"signing-keys": {"0": b"old"}})
    del clinic.wiring.identity.__dict__["keys"]
    del clinic.wiring.identity.__dict__["authenticator"]
    assert clinic.wiring.identity.keys.find("1", clinic.wiring.now_ms()) == SIGNING_KEY


def test_a_token_of_a_newer_key_is_accepted(clinic: Clinic, store: Store) -> None:
    """At once, and the older ones go on."""
    old = token_of(clinic, {"1": SIGNING_KEY})
    store.keys["2"] = NEW_KEY
    new = token_of(clinic, store.keys)
    assert new.startswith("2.")
    for token in (old, new, new, old):
        assert clinic.call("auth_me", token=token).status == 200
    assert store.reads == 1


def test_every_call_of_visits_accepts_it_too(clinic: Clinic, store: Store) -> None:
    """At a visit as anywhere: nobody is sent out of a call by a new key."""
    store.keys["2"] = NEW_KEY
    new = token_of(clinic, store.keys)
    assert clinic.call("visits_page", token=new).status == 200
    refusal(clinic.call("visits_join", token=new), 404, "visit-not-found")
    assert store.reads == 1


def test_forged_ids_cost_one_reading_in_ten_seconds(clinic: Clinic, store: Store) -> None:
    """However many there are, known callers go on."""
    token = token_of(clinic, {"1": SIGNING_KEY})
    for number in range(20):
        refusal(clinic.call("auth_me", token=f"forged-{number}.{token}"), 401, "unauthorized")
    assert clinic.call("auth_me", token=token).status == 200
    assert store.reads == 1
    clinic.wiring.ahead_ms = 10_000
    refusal(clinic.call("auth_me", token=f"forged.{token}"), 401, "unauthorized")
    assert store.reads == 2


def test_a_store_that_is_away_signs_nobody_out(clinic: Clinic, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 for a key that may be new; known ones go on; once it is back, the new one is accepted."""
    monkeypatch.setattr("bedside.adapters.aws.secrets._DEADLINE_S", 0.05)
    old, new = token_of(clinic, {"1": SIGNING_KEY}), token_of(clinic, {"1": SIGNING_KEY, "2": NEW_KEY})
    store.away = True
    for ahead in (0, 9_999):
        clinic.wiring.ahead_ms = ahead
        refusal(clinic.call("auth_me", token=new), 503, "unavailable")
        assert clinic.call("auth_me", token=old).status == 200
    assert store.reads == 1
    store.away = False
    store.keys["2"] = NEW_KEY
    clinic.wiring.ahead_ms = 10_000
    assert clinic.call("auth_me", token=new).status == 200


def test_a_key_is_said_in_no_answer(clinic: Clinic, store: Store) -> None:
    """Nor are those who hold it told which ones there are."""
    store.keys["2"] = NEW_KEY
    answer = clinic.call("auth_me", token="3.x")
    assert json.loads(answer.text)["detail"] == "The token is not valid."
