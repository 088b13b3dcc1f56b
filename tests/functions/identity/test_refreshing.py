"""POST /auth/refresh: a sign-in is renewed once for each token."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bedside.identity.mac_keys import MacKeys
from bedside.identity.refresh_token import first_token
from tests.fakes.aws_calls import listen
from tests.functions.clinic import MAC_KEYS, Clinic, refusal

PHONE = "+64215550111"
NOW = 1_795_228_312_345


def refresh(clinic: Clinic, token: str) -> Any:
    return clinic.call("auth_refresh", {"refreshToken": token})


def test_a_pair_is_followed_by_another(clinic: Clinic) -> None:
    """Both tokens are new and work, the shape is that of the sign-in, its end stays where it was."""
    clinic.wiring.stopped_ms = NOW
    first = clinic.sign_in(PHONE)
    before = clinic.person(PHONE)
    clinic.wiring.ahead_ms = 60_000
    answer = refresh(clinic, first["refreshToken"])
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    second = answer.json
    assert (second["expiresIn"], second["user"]) == (900, first["user"])
    assert {*second, "deviceToken"} == set(first)
    assert second["accessToken"] != first["accessToken"]
    assert second["refreshToken"] != first["refreshToken"]
    for pair in (first, second):
        assert clinic.call("auth_me", token=pair["accessToken"]).status == 200
    after = clinic.person(PHONE)
    assert before
    assert after
    [old], [new] = before["families"].values(), after["families"].values()
    assert (new["endsAt"], new["rotatedAt"]) == (old["endsAt"], NOW + 60_000)
    assert refresh(clinic, second["refreshToken"]).status == 200


def test_the_access_token_lives_fifteen_minutes(clinic: Clinic) -> None:
    """Then the refresh token brings another."""
    clinic.wiring.stopped_ms = NOW
    pair = clinic.sign_in(PHONE)
    clinic.wiring.ahead_ms = 899_999
    assert clinic.call("auth_me", token=pair["accessToken"]).status == 200
    clinic.wiring.ahead_ms = 900_000
    refusal(clinic.call("auth_me", token=pair["accessToken"]), 401, "unauthorized")
    assert refresh(clinic, pair["refreshToken"]).status == 200


def test_a_sign_in_lasts_twelve_hours(clinic: Clinic) -> None:
    """However often it is renewed: tokens that would live longer end with it."""
    clinic.wiring.stopped_ms = NOW
    pair = clinic.sign_in(PHONE)
    for hour in range(1, 12):
        clinic.wiring.ahead_ms = hour * 3_600_000
        pair = refresh(clinic, pair["refreshToken"]).json
    clinic.wiring.ahead_ms = 12 * 3_600_000 - 1
    pair = refresh(clinic, pair["refreshToken"]).json
    assert clinic.call("auth_me", token=pair["accessToken"]).status == 200
    clinic.wiring.ahead_ms += 1
    refusal(refresh(clinic, pair["refreshToken"]), 401, "unauthorized")
    clinic.wiring.ahead_ms += 5000
    refusal(clinic.call("auth_me", token=pair["accessToken"]), 401, "unauthorized")


def test_a_request_that_lost_its_answer_is_repeated(clinic: Clinic) -> None:
    """At any time and as often as answers are lost; once an answer was used, the token before it ends the sign-in."""
    clinic.wiring.stopped_ms = NOW
    first = clinic.sign_in(PHONE)["refreshToken"]
    for token in (first, refresh(clinic, first).json["refreshToken"]):
        answers = []
        for ahead in (0, 10_001, 3_600_000):
            clinic.wiring.ahead_ms += ahead
            answers.append(refresh(clinic, token))
            assert answers[-1].status == 200
            assert clinic.call("auth_me", token=answers[-1].json["accessToken"]).status == 200
        assert len({answer.json["refreshToken"] for answer in answers}) == 3
    assert refresh(clinic, answers[-1].json["refreshToken"]).status == 200
    refusal(refresh(clinic, token), 401, "unauthorized")
    refusal(refresh(clinic, answers[-1].json["refreshToken"]), 401, "unauthorized")


@pytest.mark.parametrize("first_to_renew", ["owner", "thief"])
def test_a_thief_and_the_owner_are_told_apart(clinic: Clinic, first_to_renew: str) -> None:
    """Both trade one token; whoever renews second ends the sign-in of both, and later answers are dead too."""
    token = clinic.sign_in(PHONE)["refreshToken"]
    theirs = {who: refresh(clinic, token).json["refreshToken"] for who in ("owner", "thief")}
    following = refresh(clinic, theirs.pop(first_to_renew)).json["refreshToken"]
    [second] = theirs.values()
    refusal(refresh(clinic, second), 401, "unauthorized")
    refusal(refresh(clinic, following), 401, "unauthorized")


def test_a_sign_in_of_the_release_before_goes_on(clinic: Clinic) -> None:
    """Its tokens named no token before them, and the record held the one to be used next, as it does at a sign-in."""
    before = clinic.sign_in(PHONE)["refreshToken"]
    assert len(before) == 84
    following = refresh(clinic, before).json["refreshToken"]
    assert refresh(clinic, following).status == 200
    refusal(refresh(clinic, before), 401, "unauthorized")


def test_a_reuse_ends_the_sign_in_for_whoever_holds_it(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    """Every token of it, at once; other sign-ins go on; and it is counted."""
    clinic.wiring.stopped_ms = NOW
    pair = clinic.sign_in(PHONE)
    clinic.wiring.ahead_ms = 60_000
    other = clinic.sign_in(PHONE)
    following = refresh(clinic, refresh(clinic, pair["refreshToken"]).json["refreshToken"]).json
    clinic.wiring.ahead_ms = 80_000
    assert clinic.call("auth_me", token=following["accessToken"]).status == 200
    capsys.readouterr()
    refusal(refresh(clinic, pair["refreshToken"]), 401, "unauthorized")
    assert "RefreshTokenReused" in capsys.readouterr().out
    refusal(refresh(clinic, following["refreshToken"]), 401, "unauthorized")
    assert "RefreshTokenReused" not in capsys.readouterr().out
    for dead in (pair, following):
        refusal(clinic.call("auth_me", token=dead["accessToken"]), 401, "unauthorized")
    assert clinic.call("auth_me", token=other["accessToken"]).status == 200
    assert refresh(clinic, other["refreshToken"]).status == 200


def test_a_token_of_two_generations_ago_ends_it_at_any_time(clinic: Clinic) -> None:
    """Whoever has used the answer does not repeat the question."""
    first = clinic.sign_in(PHONE)["refreshToken"]
    second = refresh(clinic, first).json["refreshToken"]
    third = refresh(clinic, second).json["refreshToken"]
    refusal(refresh(clinic, first), 401, "unauthorized")
    refusal(refresh(clinic, third), 401, "unauthorized")


def test_twenty_at_once_go_on_as_one(clinic: Clinic) -> None:
    """One family; whichever answer is kept works, as where tabs have no lock between them."""
    token = clinic.sign_in(PHONE)["refreshToken"]
    token_refresh, now = clinic.wiring.identity.token_refresh, clinic.wiring.now_ms()
    with ThreadPoolExecutor(20) as pool:
        found = {pair.refresh_token for pair in pool.map(lambda _: token_refresh.refresh(token, now), range(20))}
    assert len(found) == 20
    person = clinic.person(PHONE)
    assert person
    assert len(person["families"]) == 1
    assert refresh(clinic, found.pop()).status == 200


@pytest.mark.parametrize("kind", ["nonsense", "empty", "long", "changed", "another key", "access token"])
def test_an_invention_changes_and_asks_nothing(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Nobody can end a sign-in with a token that we never made, nor make us read for it."""
    pair = clinic.sign_in(PHONE)
    real = pair["refreshToken"]
    forged = first_token(MacKeys((b"another key",)), clinic.user_id(PHONE), os.urandom).text
    invented = {
        "nonsense": "refresh-token-of-this-browser",
        "empty": "",
        "long": real * 100,
        "changed": real[:-1] + ("A" if real[-1] != "A" else "B"),
        "another key": forged[:24] + real[24:40] + forged[40:],
        "access token": pair["accessToken"],
    }[kind]
    before, calls = clinic.people(), listen(monkeypatch)
    refusal(refresh(clinic, invented), 401, "unauthorized")
    assert calls.made == []
    assert clinic.people() == before


def test_it_is_one_request(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """A retry too; a reuse is two, of which the second ends the sign-in."""
    clinic.wiring.stopped_ms = NOW
    token = clinic.sign_in(PHONE)["refreshToken"]
    calls = listen(monkeypatch)
    for _ in range(2):
        calls.mend()
        assert refresh(clinic, token).status == 200
        assert calls.made == ["UpdateItem"]
    following = refresh(clinic, token).json["refreshToken"]
    calls.mend()
    assert refresh(clinic, following).status == 200
    assert calls.made == ["UpdateItem"]
    calls.mend()
    assert refresh(clinic, token).status == 401
    assert calls.made == ["UpdateItem", "UpdateItem"]


def test_a_token_of_somebody_who_is_gone(clinic: Clinic) -> None:
    """Ours, and of nobody in the record: unauthorized, and nobody is made."""
    token = first_token(MAC_KEYS, "a" * 24, os.urandom).text
    before = clinic.people()
    refusal(refresh(clinic, token), 401, "unauthorized")
    assert clinic.people() == before


def test_what_somebody_became_stands_in_the_answer(clinic: Clinic) -> None:
    """The browser learns of new roles when it renews."""
    pair = clinic.sign_in(PHONE)
    clinic.call(
        "users_roles",
        {"roles": ["patient", "systemAdmin"]},
        token=clinic.member(None, ("systemAdmin",)),
        path={"userId": pair["user"]["userId"]},
    )
    assert refresh(clinic, pair["refreshToken"]).json["user"]["roles"] == ["patient", "systemAdmin"]
