"""The peers sign people in and administer them correctly."""

import os
import re
import time
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from bedside.adapters.aws.dynamodb import Table
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.facility import FacilitySettings, usual_identifier
from bedside.identity.facility_repository import FacilityRepository
from tests.benchmarks.conftest import Peer
from tests.conftest import AUDIT, IDENTITY, client

PHONE = "+64212345678"
ADMIN = "a" * 24


@pytest.fixture
def admin(peer: Peer) -> str:
    return peer.sign_in(ADMIN, ["facilityAdmin"])


def _messages() -> dict[str, Any]:
    messages: dict[str, Any] = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages
    return messages


def _code(peer: Peer) -> str:
    assert peer.call("POST /otp/send", {"phone": PHONE}) == (202, {"phone": PHONE, "expiresIn": 300, "resendAfter": 30})
    found = re.search(r"#([0-9]{6})$", _messages().popitem()[1][1])
    assert found
    return found[1]


def _verify(peer: Peer, code: str) -> tuple[int, Any]:
    return peer.call("POST /otp/verify", {"phone": PHONE, "otp": code})


def test_a_code_signs_in_once(peer: Peer) -> None:
    """The second use of a code is one more wrong code."""
    code = _code(peer)
    status, pair = _verify(peer, code)
    assert (status, pair["user"]["phone"], pair["user"]["roles"]) == (200, PHONE, ["patient"])
    assert _verify(peer, code)[0] == 401
    assert peer.call("GET /auth/me", token=pair["accessToken"]) == (200, pair["user"])
    assert peer.call("GET /user/profile", token=pair["accessToken"]) == (200, pair["user"])


def test_a_code_can_be_guessed_at_five_times(peer: Peer) -> None:
    """Then the right one is refused as well."""
    code = _code(peer)
    wrong = "000000" if code != "000000" else "111111"
    assert [_verify(peer, wrong)[0] for _ in range(6)] == [401] * 5 + [429]
    assert _verify(peer, code)[0] == 429


def test_within_the_cool_down_nothing_is_sent(peer: Peer) -> None:
    """Who asks again is told to wait."""
    _code(peer)
    status, answer = peer.call("POST /otp/send", {"phone": PHONE})
    assert (status, answer["resendAfter"] <= 30) == (202, True)
    assert not _messages()


def test_what_is_no_number_is_refused(peer: Peer) -> None:
    """A number of a country that is not served is refused like one that is none."""
    assert [peer.call("POST /otp/send", {"phone": phone})[0] for phone in ("12", "+33612345678")] == [422, 422]


def test_a_refresh_token_works_once(peer: Peer) -> None:
    """A repeated request gets the same answer; an older token ends the sign-in."""
    _, pair = _verify(peer, _code(peer))
    renew = "POST /auth/refresh"
    status, following = peer.call(renew, {"refreshToken": pair["refreshToken"]})
    assert (status, following["user"]) == (200, pair["user"])
    assert peer.call(renew, {"refreshToken": pair["refreshToken"]})[1]["refreshToken"] == following["refreshToken"]
    _, third = peer.call(renew, {"refreshToken": following["refreshToken"]})
    assert peer.call(renew, {"refreshToken": pair["refreshToken"]})[0] == 401
    assert peer.call(renew, {"refreshToken": third["refreshToken"]})[0] == 401
    assert peer.call(renew, {"refreshToken": third["refreshToken"][:-1] + "!"})[0] == 401


def test_an_administrator_adds_people_of_their_facility(peer: Peer, admin: str) -> None:
    """Once, listed, and known to the audit trail."""
    wanted = {"phone": PHONE, "roles": ["clinician"], "facilityId": "FAC001"}
    status, user = peer.call("POST /admin/users", wanted, admin)
    assert (status, user["phone"], user["verification"]) == (201, PHONE, "pending")
    assert peer.call("POST /admin/users", wanted, admin)[0] == 409
    assert peer.call("POST /admin/users", {**wanted, "facilityId": "FAC002"}, admin)[0] == 403
    status, page = peer.call("GET /admin/users", token=admin)
    assert (status, user in page["users"], page["cursor"]) == (200, True, None)
    assert peer.call("GET /admin/users", token=admin, query={"facilityId": "FAC002"})[0] == 403
    entries = client("dynamodb").scan(TableName=AUDIT)["Items"]
    assert [(entry["act"]["S"], entry["by"]["S"]) for entry in entries] == [("create", ADMIN)]


def test_people_are_shown_with_their_facility(peer: Peer) -> None:
    """Its name and its time zone, as the product's own code has stored them."""
    settings = FacilitySettings("Kauri Street", "NZ", "Pacific/Auckland", usual_identifier("NZ"))
    entry = Entry("set-facility", ADMIN, "FAC001", "FAC001", "test")
    facilities = FacilityRepository(Table(IDENTITY), AuditTrail(Table(AUDIT), os.urandom))
    assert facilities.save("FAC001", settings, 0, entry, time.time_ns() // 1_000_000)
    _, user = peer.call("GET /auth/me", token=peer.sign_in(ADMIN, ["facilityAdmin"]))
    assert (user["facilityName"], user["facilityTimeZone"]) == ("Kauri Street", "Pacific/Auckland")


def test_an_administrator_takes_over_who_signed_in_alone(peer: Peer, admin: str) -> None:
    """Somebody of no facility can be added; their sign-ins end."""
    _, pair = _verify(peer, _code(peer))
    wanted = {"phone": PHONE, "roles": ["patient"], "facilityId": "FAC001"}
    assert peer.call("POST /admin/users", wanted, admin)[1]["facilityId"] == "FAC001"
    assert peer.call("POST /auth/refresh", {"refreshToken": pair["refreshToken"]})[0] == 401


def test_roles_are_given_within_limits(peer: Peer, admin: str) -> None:
    """Nobody's own, none above one's own, nobody's of another facility, and five an hour."""
    peer.sign_in("p" * 24, ["patient"])
    peer.sign_in("q" * 24, ["patient"], "FAC002")
    route, whom = "PUT /users/{userId}/roles", {"userId": "p" * 24}
    status, user = peer.call(route, {"roles": ["clinician"]}, admin, path=whom)
    assert (status, user["roles"], user["verification"]) == (200, ["clinician"], "pending")
    assert peer.call(route, {"roles": ["systemAdmin"]}, admin, path=whom)[0] == 403
    assert peer.call(route, {"roles": ["patient"]}, admin, path={"userId": ADMIN})[0] == 403
    assert peer.call(route, {"roles": ["patient"]}, admin, path={"userId": "q" * 24})[0] == 404
    assert peer.call(route, {"roles": []}, admin, path=whom)[0] == 422
    assert peer.call(route, {"roles": ["patient"]}, admin, path=whom)[1]["verification"] == "none"
    assert peer.call(route, {"roles": ["patient"]}, admin, path=whom)[0] == 429


def test_a_patient_administers_nobody(peer: Peer) -> None:
    """Neither list nor change."""
    token = peer.sign_in("p" * 24, ["patient"])
    assert peer.call("GET /admin/users", token=token)[0] == 403
