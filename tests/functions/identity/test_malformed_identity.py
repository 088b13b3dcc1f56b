"""Whatever is sent to identity's calls, it is answered as a problem that repeats nothing, and nothing is written."""

import json
from typing import Any

import pytest

from tests.functions.clinic import Answer, Clinic
from tests.functions.platform.test_malformed import ENCODED, RAW, SECRET, VALUES, refused_quietly

PHONE = "+64215550111"
GOOD: dict[str, dict[str, Any]] = {
    "otp_send": {"phone": PHONE},
    "otp_verify": {"phone": PHONE, "otp": "123456"},
    "auth_refresh": {"refreshToken": "x"},
    "auth_kill_switch": {"userId": "a" * 24},
    "users_describe": {"displayName": "Aroha"},
    "users_create": {"phone": PHONE, "roles": ["clinician"], "facilityId": "FAC001"},
    "users_roles": {"roles": ["patient"]},
    "users_force": {"userId": "a" * 24, "reason": "Known."},
    "users_review": {"userId": "a" * 24, "decision": "approve", "reason": "Known."},
}
# Fields that may be left out or be null, and any text in those that are looked up or kept as they are.
OPEN = {"displayName", "reason", "userId"}


def send(clinic: Clinic, call: str, token: str, raw: str, *, base64_encoded: bool = False) -> Answer:
    clinic.call_anew()
    path = {"userId": "a" * 24} if call == "users_roles" else None
    return clinic.call(call, raw=raw, base64_encoded=base64_encoded, token=token, path=path)


@pytest.mark.parametrize("call", GOOD)
def test_bodies_that_are_none(clinic: Clinic, call: str) -> None:
    """Nonsense, depth, size, characters that are none: 413 or 422, and everything is as it was."""
    token = clinic.member("FAC001", ("facilityAdmin",))
    before = clinic.people()
    for name, raw in RAW.items():
        # Without a body the kill switch is for the caller; fields that nobody knows are ignored.
        optional = call in {"auth_kill_switch", "users_describe"}
        if optional and (
            name in {"many fields", "deep unknown field", "NUL"} or name.startswith(("empty", "lone", "raw"))
        ):
            continue
        if optional and name in {"huge integer", "NaN", "deep object"}:
            continue
        refused_quietly(send(clinic, call, token, raw), 413 if name in {"6 MB", "65 KB", "deep"} else 422)
    for name, raw in ENCODED.items():
        answer = send(clinic, call, token, raw, base64_encoded=True)
        refused_quietly(answer, 413 if name == "65 KB" else 422)
    assert clinic.people() == before
    assert clinic.wiring.identity.sms.messages == []


@pytest.mark.parametrize(("call", "field"), [(call, field) for call, body in GOOD.items() for field in body])
def test_fields_of_another_kind(clinic: Clinic, call: str, field: str) -> None:
    """A wrong type or text in any field is refused, and everything is as it was."""
    token = clinic.member("FAC001", ("facilityAdmin",))
    before = clinic.people()
    for value in VALUES:
        fits = field in OPEN and (value is None or isinstance(value, str))
        if fits and call in {"auth_kill_switch", "users_describe"}:
            continue
        answer = send(clinic, call, token, json.dumps(GOOD[call] | {field: value}))
        refused_quietly(answer, *((401, 403, 422) if fits or call == "auth_refresh" else (422,)))
        if answer.status == 422:
            assert {fault["field"].split(".")[0] for fault in answer.json["errors"]} == {field}
    assert clinic.people() == before


@pytest.mark.parametrize("call", [call for call in GOOD if not call.startswith("otp") and call != "auth_refresh"])
@pytest.mark.parametrize("token", ["", "\ud800", "a\x00b", "x" * 9000, "..", "1.", "💉", "1.e30.x", SECRET])
def test_other_authorization_is_refused_before_the_body_is_read(clinic: Clinic, call: str, token: str) -> None:
    """401 whatever the body is, and nothing of the header in the answer."""
    refused_quietly(send(clinic, call, token, "[" * 100_000), 401)
