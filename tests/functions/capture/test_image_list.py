"""GET /session/images/{encounterId}."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.functions.clinic import Clinic, event_of, refusal

NOTHING: dict[str, Any] = {
    "images": [],
    "state": None,
    "endedAt": None,
    "photoRetentionDays": None,
    "sequence": None,
    "revision": None,
    "sessionCreatedAt": None,
    "lastActivity": None,
    "patientId": None,
    "facilityId": None,
    "unsentPhotos": None,
    "phones": [],
    "consent": None,
    "order": None,
    "orderVersion": None,
}


def test_the_example_event_needs_a_token(clinic: Clinic) -> None:
    """The example's made-up token is refused, a phone's too, and another role."""
    refusal(clinic.call("image_list"), 401, "unauthorized")
    refusal(clinic.call("image_list", token=clinic.phone()), 401, "unauthorized")
    refusal(clinic.call("image_list", token=clinic.clinician(roles=("patient",))), 403, "forbidden")


def test_no_session_is_an_empty_list(clinic: Clinic) -> None:
    """200 with nulls, also for another facility's encounter of the same number."""
    assert clinic.call("image_list", token=clinic.clinician()).json == NOTHING
    clinic.add(clinic.phone(), "a")
    assert clinic.call("image_list", token=clinic.clinician("FAC002")).json == NOTHING


def test_images_in_the_order_of_arrival(clinic: Clinic) -> None:
    """Each with its link of an hour, its number and the session's facts."""
    phone = clinic.phone()
    for image_id in ("b", "a"):
        clinic.add(phone, image_id)
    document = clinic.look()
    assert [(image["imageId"], image["sequence"]) for image in document["images"]] == [("b", 1), ("a", 2)]
    assert set(document) == set(NOTHING)
    assert (document["sequence"], document["revision"]) == (2, 2)
    assert (document["patientId"], document["facilityId"]) == ("PAT-2002", "FAC001")
    image = document["images"][0]
    assert set(image) == {
        "imageId",
        "s3Key",
        "downloadUrl",
        "expiresAt",
        "metadata",
        "takenAt",
        "takenOrder",
        "uploadedAt",
        "sequence",
        "revision",
        "vanishesAt",
        "kept",
        "editsVersion",
        "commitId",
        "committed",
    }
    url = urlsplit(image["downloadUrl"])
    assert url.path == f"/{image['s3Key']}"
    assert parse_qs(url.query)["X-Amz-Expires"] == ["3600"]
    assert abs(image["expiresAt"] - clinic.wiring.now_ms() - 3_600_000) < 60_000


def test_images_in_the_order_in_which_they_were_taken(clinic: Clinic) -> None:
    """A photo taken earlier that arrives later stands before; at the same instant the phone's order decides."""
    phone, now_ms = clinic.phone(), clinic.wiring.now_ms()
    for image_id, at, order in (("c", now_ms - 1000, 2), ("b", now_ms - 1000, 1), ("a", now_ms - 9000, 3)):
        clinic.add(phone, image_id, takenAt=at, takenOrder=order)
    clinic.add(phone, "d")
    images = clinic.look()["images"]
    assert [(image["imageId"], image["sequence"]) for image in images] == [("a", 3), ("b", 2), ("c", 1), ("d", 4)]
    assert [image["takenAt"] for image in images] == [
        *(now_ms - 9000, now_ms - 1000, now_ms - 1000),
        images[3]["uploadedAt"],
    ]


def test_since_leaves_out_what_is_known(clinic: Clinic) -> None:
    """Images after that number only; the session's facts stay."""
    phone = clinic.phone()
    for image_id in "abc":
        clinic.add(phone, image_id)
    assert [image["imageId"] for image in clinic.look(since="1")["images"]] == ["b", "c"]
    assert clinic.look(since="3")["images"] == []
    assert clinic.look(since="3")["sequence"] == 3
    assert len(clinic.look(since="")["images"]) == 3


@pytest.mark.parametrize("since", ["-1", "1.5", "x", "²", "\u0661", "9" * 5000, "0x1", " 1", "1e3", "\ud800", "\x00"])
def test_since_has_to_be_a_number(clinic: Clinic, since: str) -> None:
    """Everything else is refused and not repeated."""
    answer = clinic.call("image_list", token=clinic.clinician(), query={"since": since})
    refusal(answer, 422, "invalid-request")
    assert answer.json["errors"] == [
        {"field": "since", "message": "This must be a whole number.", "code": "whole-number"}
    ]


@pytest.mark.parametrize("encounter", ["..", "a%2f..", "x" * 9000, "a b", "💉", "%00", "\x00", "\ud800"])
def test_any_path_is_answered(clinic: Clinic, encounter: str) -> None:
    """A strange encounter has no session, or is no route."""
    answer = clinic.call("image_list", token=clinic.clinician(), path={"encounterId": encounter})
    assert answer.status in {200, 404}


def test_looking_keeps_the_session_alive(clinic: Clinic) -> None:
    """Two hours from the last look."""
    clinic.open()
    for _ in range(3):
        clinic.wiring.ahead_ms += 7_100_000
        assert clinic.look()["state"] == "open"
    clinic.wiring.ahead_ms += 7_200_001
    assert clinic.look()["state"] == "ended"


def test_head_is_get_without_a_body(clinic: Clinic) -> None:
    """The same checks, status and headers; also where the call is refused."""
    clinic.add(clinic.phone(), "a")
    event = event_of("image_list")
    event["routeKey"] = event["routeKey"].replace("GET ", "HEAD ")
    refused = clinic.invoke("image_list", event)
    assert (refused["statusCode"], refused["headers"]["content-type"]) == (401, "application/problem+json")
    event["headers"] |= {"authorization": f"Bearer {clinic.clinician()}"}
    answer = clinic.invoke("image_list", event)
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "application/json")
    assert (refused["body"], answer["body"]) == ("", "")
