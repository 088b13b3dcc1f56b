"""GET and PUT /session/images/{encounterId}/{imageId}/edits, and their history."""

import json
from typing import Any

import pytest

from tests.functions.clinic import Clinic, refusal

PATH = {"encounterId": "ENC-1001", "imageId": "a"}
NAME = "Dr Hana Kereama"
NOTHING: dict[str, Any] = {"format": 1, "rotation": 0, "shapes": []}


def drawn(number: int) -> dict[str, Any]:
    shape = {"kind": "text", "color": "red", "at": {"x": 0.5, "y": 0.5}, "text": f"Edit {number}"}
    return {**NOTHING, "shapes": [shape]}


def look(clinic: Clinic) -> Any:
    return clinic.call("image_edits_look", token=clinic.clinician(), path=PATH)


def save(clinic: Clinic, edits: Any, version: str | None, token: str | None = None) -> Any:
    headers = {"if-match": version}
    return clinic.call("image_edits_save", edits, token=token or clinic.clinician(), path=PATH, headers=headers)


@pytest.fixture
def photo(clinic: Clinic) -> str:
    """A phone's token; it has sent the photo."""
    phone = clinic.phone()
    clinic.add(phone, "a")
    return phone


@pytest.mark.usefixtures("photo")
def test_edits_are_saved_in_versions(clinic: Clinic) -> None:
    """A photo begins with none; each version is kept with who saved it, and the list and open pages know the number."""
    user_id = clinic.call("auth_me", token=clinic.clinician()).json["userId"]
    first = look(clinic)
    assert (first.status, first.json, first.headers["etag"]) == (200, NOTHING, '"0"')
    saved = clinic.call("image_edits_save", token=clinic.clinician(), path=PATH)
    assert (saved.status, saved.headers["etag"]) == (200, '"1"')
    assert [shape["kind"] for shape in saved.json["shapes"]] == ["arrow", "ruler"]
    assert save(clinic, drawn(2), '"1"').headers["etag"] == '"2"'
    now = look(clinic)
    assert (now.json, now.headers["etag"]) == (drawn(2), '"2"')
    token = clinic.clinician()
    assert clinic.call("users_describe", {"displayName": NAME}, token=token).status == 200
    history = clinic.call("image_edits_history", token=token, path=PATH).json["versions"]
    assert [(each["version"], each["edits"]) for each in history] == [(2, drawn(2)), (1, saved.json)]
    assert {each["savedBy"] for each in history} == {user_id}
    assert {each.get("savedByName") for each in history} == {NAME}
    [image] = clinic.look()["images"]
    assert (image["editsVersion"], image["revision"]) == (2, 3)
    item = clinic.item()
    assert item
    assert "Edit 2" not in str(item)


@pytest.mark.usefixtures("photo")
def test_two_people_cannot_overwrite_each_other(clinic: Clinic) -> None:
    """Who has not seen the current version is told so, and nothing changes; the same again is no conflict."""
    assert save(clinic, drawn(1), '"0"').status == 200
    before = clinic.everything()
    refusal(save(clinic, drawn(2), '"0"'), 412, "precondition-failed")
    refusal(save(clinic, drawn(2), '"7"'), 412, "precondition-failed")
    refusal(save(clinic, drawn(2), None), 428, "precondition-required")
    refusal(save(clinic, drawn(2), "soon"), 422, "invalid-request")
    again = save(clinic, drawn(1), '"0"')
    assert (again.status, again.headers["etag"]) == (200, '"1"')
    assert clinic.everything() == before


@pytest.mark.usefixtures("photo")
def test_details_and_edits_do_not_stand_in_each_others_way(clinic: Clinic) -> None:
    """A change of the details is no other version of what is drawn, and takes none of it away."""
    assert save(clinic, drawn(1), '"0"').status == 200
    assert clinic.call("image_update", token=clinic.clinician(), path=PATH).json["editsVersion"] == 1
    assert save(clinic, drawn(2), '"1"').status == 200
    [image] = clinic.look()["images"]
    assert (image["editsVersion"], image["metadata"]["laterality"]["code"]) == (2, "left")


@pytest.mark.usefixtures("photo")
def test_photos_of_an_ended_session_are_edited_too(clinic: Clinic) -> None:
    """As long as they are there, by the same rules, and each edit is an event of the encounter."""
    assert save(clinic, drawn(1), '"0"').status == 200
    clinic.call("session_end", token=clinic.clinician(), path={"encounterId": "ENC-1001"})
    assert save(clinic, drawn(2), '"1"').headers["etag"] == '"2"'
    refusal(save(clinic, drawn(3), '"1"'), 412, "precondition-failed")
    assert look(clinic).json == drawn(2)
    item = clinic.item()
    assert item
    assert not item["open"]


@pytest.mark.usefixtures("photo")
@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"format": 2},
        {"rotation": 45},
        {"shapes": [{"kind": "star"}]},
        {"shapes": [*drawn(1)["shapes"]] * 101},
        {"crop": {"x": 0.5, "y": 0, "width": 0.6, "height": 1}},
    ],
)
def test_what_is_no_edit_is_refused(clinic: Clinic, wrong: Any) -> None:
    """A field of it is named, and nothing changes."""
    before = clinic.everything()
    answer = save(clinic, {**NOTHING, **wrong} if wrong else {"shapes": 1}, '"0"')
    refusal(answer, 422, "invalid-request")
    assert answer.json["errors"]
    assert clinic.everything() == before


@pytest.mark.usefixtures("photo")
def test_too_much_is_refused(clinic: Clinic) -> None:
    """More than 64 KB are not even read."""
    raw = json.dumps(NOTHING) + " " * 70_000
    answer = clinic.call("image_edits_save", raw=raw, token=clinic.clinician(), path=PATH)
    refusal(answer, 413, "body-too-large")


def test_who_may_not_and_what_is_not_there(clinic: Clinic) -> None:
    """No session, no such photo, another facility's, a phone, nobody, and a photo that was deleted."""
    refusal(look(clinic), 404, "session-not-found")
    phone = clinic.phone()
    refusal(look(clinic), 404, "image-not-found")
    clinic.add(phone, "a")
    assert save(clinic, drawn(1), '"0"').status == 200
    for name in ("look", "save", "history"):
        refusal(clinic.call(f"image_edits_{name}", path=PATH), 401, "unauthorized")
        refusal(clinic.call(f"image_edits_{name}", token=phone, path=PATH), 401, "unauthorized")
        foreign = clinic.call(f"image_edits_{name}", token=clinic.clinician("FAC002"), path=PATH)
        refusal(foreign, 404, "session-not-found")
    clinic.call("image_delete", token=clinic.clinician(), path=PATH)
    refusal(save(clinic, drawn(2), '"1"'), 404, "image-not-found")
    refusal(look(clinic), 404, "image-not-found")
