"""Whatever is sent, it is answered as a problem that repeats nothing, and nothing is written."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.functions.clinic import Answer, Clinic, event_of

SECRET = "Aroha-Ngata-ZZZ0016"
PATCHED = {"encounterId": "ENC-1001", "imageId": "a"}
BODIES = (
    "session_create",
    "live_ticket",
    "upload_token",
    "presigned_url",
    "image_notify",
    "image_update",
    "session_preview",
    "session_status",
)
FIELDS = {
    "session_create": ["encounterId", "patientId", "facilityId", "patientName", "patientNHI"],
    "live_ticket": ["encounterId"],
    "upload_token": ["encounterId"],
    "presigned_url": ["encounterId", "imageId", "contentType", "contentLength", "sha256"],
    "image_notify": ["encounterId", "s3Key", "metadata"],
    "image_update": ["metadata"],
    "session_preview": ["encounterId", "imageId", "preview", "takenAt"],
    "session_status": ["encounterId", "phoneId", "unsent"],
}
GOOD: dict[str, dict[str, Any]] = {
    "session_create": {"encounterId": "ENC-9", "patientId": "PAT-9", "facilityId": "FAC001"},
    "live_ticket": {"encounterId": "ENC-1001"},
    "upload_token": {"encounterId": "ENC-1001"},
    "presigned_url": {
        "encounterId": "ENC-1001",
        "imageId": "b",
        "contentType": "image/jpeg",
        "contentLength": 7,
        "sha256": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    },
    "image_notify": {"encounterId": "ENC-1001", "s3Key": "sessions/FAC001/ENC-1001/1795228300000_b.jpg"},
    "image_update": {"metadata": {"notes": "x"}},
    "session_preview": {"encounterId": "ENC-1001", "imageId": "c", "preview": "UklGRhIAAABXRUJQVlA4TAUAAAAvAAAAAAA="},
    "session_status": {"encounterId": "ENC-1001", "phoneId": "p", "unsent": 1},
}
DEEP = 100_000
RAW = {
    "empty": "",
    "no JSON": SECRET,
    "cut": '{"encounterId": "' + SECRET,
    "null": "null",
    "text": f'"{SECRET}"',
    "array": f'["{SECRET}"]',
    "number": "7",
    "deep": "[" * DEEP + "]" * DEEP,
    "deep and short enough": "[" * 30_000,
    "deep object": '{"metadata":' * 3_000 + "1" + "}" * 3_000,
    "deep unknown field": '{"x":' + "[" * 20_000 + "]" * 20_000 + "}",
    "huge integer": '{"encounterId":' + "9" * 5000 + ',"contentLength":' + "9" * 5000 + "}",
    "lone surrogate escaped": '{"encounterId": "\\ud800"}',
    "lone surrogate": '{"encounterId": "\ud800"}',
    "NUL": '{"encounterId": "a\\u0000b"}',
    "raw NUL": '{"encounterId": "a\x00b"}',
    "6 MB": '{"encounterId": "' + "x" * 6_000_000 + '"}',
    "65 KB": '{"encounterId": "' + "x" * 66_000 + '"}',
    "NaN": '{"contentLength": NaN, "encounterId": Infinity}',
    "byte order mark": "\ufeff{}",
    "many fields": "{" + ",".join(f'"f{n}":1' for n in range(4000)) + "}",
}
ENCODED = {
    "no base64": "%%%" + SECRET,
    "no base64 alphabet": "ä" * 10,
    "lone surrogate": "\ud800",
    "bad padding": "YWJ",
    "no JSON": base64.b64encode(SECRET.encode()).decode(),
    "no text": base64.b64encode(b"\xff\xfe\x00").decode(),
    "65 KB": base64.b64encode(b"x" * 66_000).decode(),
}
VALUES: list[Any] = [
    None,
    True,
    7,
    -1,
    1.5,
    [],
    {},
    [SECRET],
    {SECRET: SECRET},
    "",
    "../" + SECRET,
    SECRET + "/../x",
    SECRET + "\x00",
    SECRET + "\n",
    SECRET * 1000,
    "<script>" + SECRET,
    10**4000,
]

# Names are any printable text of up to 200 characters, and metadata ignores what it does not know.
FITTING: dict[str, Callable[[Any], bool]] = {
    "patientName": lambda value: value is None or (isinstance(value, str) and len(value) < 200),
    "patientNHI": lambda value: value is None or (isinstance(value, str) and len(value) < 200),
    "contentLength": lambda value: value == 7,
    "unsent": lambda value: value == 7,
    "takenAt": lambda value: value is None,
    "metadata": lambda value: value is None or isinstance(value, dict),
}


def send(clinic: Clinic, function: str, raw: str, *, base64_encoded: bool = False) -> Answer:
    """Send this body to a call that its sender may make."""
    phone = function in {"presigned_url", "image_notify", "session_preview", "session_status"}
    token = clinic.phone_token if phone else clinic.clinician()
    path = PATCHED if function == "image_update" else None
    return clinic.call(function, raw=raw, base64_encoded=base64_encoded, token=token, path=path)


def refused_quietly(answer: Answer, *statuses: int) -> None:
    assert answer.status in statuses, answer
    document = answer.json
    assert answer.headers["content-type"] == "application/problem+json"
    assert document["requestId"] == answer.headers["x-request-id"]
    assert document["type"].startswith("https://bedside.example/problems/")
    assert len(answer.text) < 3000
    for part in ("Aroha", "Ngata", "ZZZ0016", "xxxx", "9999"):
        assert part not in answer.text
    for fault in document.get("errors", []):
        assert {"field", "message", "code"} <= set(fault) <= {"field", "message", "code", "limit"}


@pytest.fixture
def opened(clinic: Clinic) -> Clinic:
    """A session with one image, and a phone in it."""
    clinic.phone_token = clinic.phone()
    clinic.add(clinic.phone_token, "a")
    return clinic


@pytest.mark.parametrize("function", BODIES)
def test_bodies_that_are_none(opened: Clinic, function: str) -> None:
    """Nonsense, depth, size, characters that are none: 413 or 422, and everything is as it was."""
    before = opened.everything()
    for name, raw in RAW.items():
        answer = send(opened, function, raw)
        refused_quietly(answer, 413 if name in {"6 MB", "65 KB", "deep"} else 422)
    for name, raw in ENCODED.items():
        refused_quietly(send(opened, function, raw, base64_encoded=True), 413 if name == "65 KB" else 422)
    assert opened.everything() == before


@pytest.mark.parametrize(
    ("function", "field"), [(function, field) for function in BODIES for field in FIELDS[function]]
)
def test_fields_of_another_kind(opened: Clinic, function: str, field: str) -> None:
    """A wrong type or text in any field is refused by its name, and everything is as it was."""
    before = opened.everything()
    for value in VALUES:
        if FITTING.get(field, lambda _: False)(value):
            continue
        answer = send(opened, function, json.dumps(GOOD[function] | {field: value}))
        refused_quietly(answer, 403, 413, 415, 422)
        if answer.status == 422:
            assert [fault["field"].split(".")[0] for fault in answer.json["errors"]] == [field]
    assert opened.everything() == before


@pytest.mark.parametrize("function", BODIES)
def test_a_body_in_base64_is_read(opened: Clinic, function: str) -> None:
    """API Gateway may encode a body; it then counts as if it had not."""
    raw = base64.b64encode(json.dumps(GOOD[function]).encode()).decode()
    encoded, plain = (
        send(opened, function, raw, base64_encoded=True),
        send(opened, function, json.dumps(GOOD[function])),
    )
    assert encoded.status in {200, 201, 204, 403}
    assert plain.status == encoded.status


@pytest.mark.parametrize("function", BODIES)
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Basic YTpi", "Bearer \ud800", "Bearer a\x00b", "Bearer " + "x" * 9000, "Bearer ..", "💉"]
)
def test_other_authorization_is_refused_before_the_body_is_read(clinic: Clinic, function: str, header: str) -> None:
    """401 whatever the body is, and nothing of the header in the answer."""
    token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else header
    answer = clinic.call(function, raw="[" * DEEP, token=token)
    refused_quietly(answer, 401)


@pytest.mark.parametrize("function", BODIES)
def test_there_is_no_such_call(clinic: Clinic, function: str) -> None:
    """A path that the function does not serve is a problem too, that does not repeat the path."""
    event = event_of(function)
    event["routeKey"] = f"POST /{SECRET}"
    result = clinic.invoke(function, event)
    assert result["statusCode"] == 404
    assert SECRET not in json.dumps(result)
    assert result["headers"]["x-request-id"]


def test_an_event_that_is_none_is_our_error(clinic: Clinic) -> None:
    """Even what API Gateway never sends is answered as a problem."""
    for event in ({}, {"version": "2.0"}, {"version": "2.0", "requestContext": {"requestId": "r"}}):
        result = clinic.invoke("session_create", event)
        assert result["statusCode"] in {404, 500}
        assert json.loads(result["body"])["type"].startswith("https://bedside.example/problems/")
        assert result["headers"]["x-request-id"]
