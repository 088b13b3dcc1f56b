from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks.answers import ANSWERS, Each, Optional, check
from benchmarks.race import Lap
from benchmarks.turns import FUNCTIONS
from tests.contract import DOCUMENT

USER = {
    "userId": "a" * 24,
    "phone": "+64211234567",
    "displayName": None,
    "roles": ["patient"],
    "facilityId": "FAC001",
    "facilityName": None,
    "verification": "none",
    "locked": False,
    "lockedUntil": None,
    "createdAt": "2026-01-02T03:04:05.678Z",
    "lastSignInAt": None,
    "deactivatedAt": None,
    "invitedAt": None,
    "removable": True,
}
LINK = "https://bucket.example/sessions/F/e/1_i.jpg?X-Amz-SignedHeaders={}&X-Amz-Signature=" + "0" * 64
BOUND = "content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256%3Bx-amz-tagging"


def _lap(body: Any, status: int = 200) -> Lap:
    return Lap(status, body, 1.0, 1.0)


def _slot(bound: str) -> dict[str, Any]:
    headers = {
        "content-type": "image/jpeg",
        "if-none-match": "*",
        "x-amz-checksum-sha256": "x",
        "x-amz-tagging": "photo=uncommitted",
    }
    return {
        "uploadUrl": LINK.format(bound),
        "s3Key": "sessions/F/e/1_i.jpg",
        "headers": headers,
        "expiresAt": 1_800_000_000_000,
    }


def test_what_the_contract_says_passes() -> None:
    """With what is expected of this very call."""
    check("GET /auth/me", _lap(USER), {"userId": "a" * 24})
    check("GET /auth/me", _lap({**USER, "facilityTimeZone": "Pacific/Auckland"}), {})
    check("GET /admin/users", _lap({"users": [USER, USER], "cursor": None}), {"users": [USER, USER]})
    check("DELETE /session/{encounterId}", _lap(None, 204), {})
    check("POST /session/presigned-url", _lap(_slot(BOUND)), {})


@pytest.mark.parametrize(
    ("call", "lap", "fault"),
    [
        ("GET /auth/me", _lap(USER, 201), "201 instead of 200"),
        ("GET /auth/me", _lap(None), "the answer has other fields"),
        ("GET /auth/me", _lap({**USER, "more": 1}), "the answer has other fields"),
        ("GET /auth/me", _lap({**USER, "locked": 0}), r"\.locked is 0"),
        ("GET /auth/me", _lap({**USER, "roles": "patient"}), r"\.roles is no list"),
        ("GET /auth/me", _lap({**USER, "createdAt": 5}), r"\.createdAt is 5"),
        ("GET /auth/me", _lap({**USER, "userId": "b" * 24}), r"\.userId is 'b"),
        ("GET /admin/users", _lap({"users": [USER, {}], "cursor": None}), r"\.users\[1\] has other fields"),
        ("DELETE /session/{encounterId}", _lap({}, 204), "is {}"),
        ("POST /session/presigned-url", _lap(_slot("host")), "the link binds"),
    ],
)
def test_what_differs_is_named(call: str, lap: Lap, fault: str) -> None:
    """A status, a field too many or too few, a value of another kind, a link that binds less."""
    with pytest.raises(RuntimeError, match=fault):
        check(call, lap, {"userId": "a" * 24} if call == "GET /auth/me" else {})


def test_as_many_parts_as_expected_have_to_be_there() -> None:
    """A list that lost some is not what was expected."""
    with pytest.raises(RuntimeError, match=r"\.users is no list of as many"):
        check("GET /admin/users", _lap({"users": [USER], "cursor": None}), {"users": [USER, USER]})


def test_every_call_that_is_measured_has_an_answer() -> None:
    """None is left unchecked."""
    for call in (call for calls in FUNCTIONS.values() for call in calls):
        with pytest.raises(RuntimeError, match="418 instead of"):
            check(call, _lap(None, 418), {})


@pytest.mark.parametrize("call", sorted(ANSWERS))
def test_answers_have_the_fields_of_the_contract(call: str) -> None:
    """All that the document requires, and none that it does not know."""
    status, shape = ANSWERS[call]
    method, path = call.split()
    answer = DOCUMENT["paths"][path][method.lower()]["responses"][str(status)]
    [content] = answer.get("content", {"": {"schema": {}}}).values()
    assert _differences(call, shape, content["schema"]) == []


def _differences(place: str, shape: Any, schema: dict[str, Any]) -> list[str]:
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if isinstance(shape, Each):
        return _differences(f"{place}[]", shape.shape, schema["items"])
    if not isinstance(shape, Mapping) or "properties" not in schema:
        return []
    kept = {name for name, each in shape.items() if not isinstance(each, Optional)}
    missing = [f"{place}.{name} is missing" for name in schema.get("required", []) if name not in kept]
    unknown = [f"{place}.{name} is unknown" for name in shape if name not in schema["properties"]]
    parts = [(name, each) for name, each in schema["properties"].items() if name in shape]
    inner = [_differences(f"{place}.{name}", shape[name], each) for name, each in parts]
    return missing + unknown + [each for some in inner for each in some]
