"""PUT /session/images/{encounterId}/order."""

from typing import Any

import pytest

from tests.functions.clinic import Clinic, refusal


def arrange(clinic: Clinic, *image_ids: str, token: str = "", seen: str | None = None) -> Any:
    headers = {"if-match": seen}
    return clinic.call(
        "image_arrange", {"imageIds": list(image_ids)}, token=token or clinic.clinician(), headers=headers
    )


def test_images_are_put_in_order(clinic: Clinic) -> None:
    """For every desktop, also after the end; what is not there is ignored, and the same again is no change."""
    phone = clinic.phone()
    for image_id in ("a", "b", "c"):
        clinic.add(phone, image_id)
    assert (clinic.look()["order"], clinic.look()["orderVersion"]) == ([], 0)
    answer = arrange(clinic, "c", "a", "gone", "c")
    assert (answer.status, answer.json) == (200, {"order": ["c", "a"], "orderVersion": 1})
    listed = clinic.look()
    assert (listed["order"], listed["revision"]) == (["c", "a"], 4)
    arrange(clinic, "c", "a")
    assert clinic.look()["revision"] == 4
    clinic.call("image_delete", token=clinic.clinician(), path={"encounterId": "ENC-1001", "imageId": "c"})
    assert clinic.look()["order"] == ["a"]
    clinic.call("session_end", token=clinic.clinician(), path={"encounterId": "ENC-1001"})
    assert arrange(clinic, "b", "a").json == {"order": ["b", "a"], "orderVersion": 2}
    assert clinic.look()["order"] == ["b", "a"]


def test_an_order_replaces_the_one_that_was_seen(clinic: Clinic) -> None:
    """If the call says which; a repeated one is no conflict, and photos that arrive are none."""
    phone = clinic.phone()
    for image_id in ("a", "b"):
        clinic.add(phone, image_id)
    first = arrange(clinic, "b", "a", seen='"0"')
    assert (first.status, first.headers["etag"]) == (200, '"1"')
    assert arrange(clinic, "b", "a", seen='"0"').json == first.json
    clinic.add(phone, "c")
    before = clinic.everything()
    lost = arrange(clinic, "c", "a", seen='"0"')
    refusal(lost, 412, "precondition-failed")
    assert lost.headers["etag"] == '"1"'
    refusal(arrange(clinic, "c", "a", seen="soon"), 422, "invalid-request")
    assert clinic.everything() == before
    assert arrange(clinic, "c", "a", seen='"1"').headers["etag"] == '"2"'


@pytest.mark.parametrize("image_ids", [["a/b"], ["x"] * 101, [1]])
def test_what_is_no_order_is_refused(clinic: Clinic, image_ids: list[Any]) -> None:
    """The field is named, and nothing changes."""
    clinic.add(clinic.phone(), "a")
    before = clinic.everything()
    refusal(arrange(clinic, *image_ids), 422, "invalid-request")
    assert clinic.everything() == before


def test_who_may_not_put_images_in_order(clinic: Clinic) -> None:
    """A phone, nobody, another facility's clinician."""
    phone = clinic.phone()
    refusal(clinic.call("image_arrange"), 401, "unauthorized")
    refusal(arrange(clinic, "a", token=phone), 401, "unauthorized")
    refusal(arrange(clinic, "a", token=clinic.clinician("FAC002")), 404, "session-not-found")
