"""GET and PUT /session/images/{encounterId}/{imageId}/edits, and their history."""

import json
from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.capture.edit_erasure import EditErasure, edit_key
from bedside.kernel.errors import UnavailableError
from tests.conftest import BUCKET, TABLE, client
from tests.functions.capture.test_ended_sessions import DAY_MS, end, sweep
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


def kept(clinic: Clinic) -> list[str]:
    """Return what is stored of edits: their items, and what the session remembers to delete."""
    items = clinic.everything()[0]
    keys = [item["pk"]["S"] for item in items if item["pk"]["S"].startswith("edits#")]
    return [*keys, *(name for item in items for name in item if name.startswith("drawn:"))]


@pytest.mark.usefixtures("photo")
@pytest.mark.parametrize("ended", [False, True])
def test_what_was_drawn_goes_with_its_photo(clinic: Clinic, ended: bool) -> None:  # noqa: FBT001  # parametrised
    """All versions, at once, however the photo is deleted."""
    assert save(clinic, drawn(1), '"0"').status == 200
    assert save(clinic, drawn(2), '"1"').status == 200
    assert len(kept(clinic)) == 2
    if ended:
        end(clinic)
    assert clinic.call("image_delete", token=clinic.clinician(), path=PATH).status == 200
    assert kept(clinic) == []


@pytest.mark.usefixtures("photo")
def test_what_was_drawn_vanishes_with_its_photo(clinic: Clinic) -> None:
    """When the session's photos do."""
    assert save(clinic, drawn(1), '"0"').status == 200
    end(clinic)
    sweep(clinic)
    assert len(kept(clinic)) == 1
    sweep(clinic, later_ms=DAY_MS)
    assert kept(clinic) == []


@pytest.mark.usefixtures("photo")
def test_what_was_drawn_and_could_not_be_deleted_is_deleted_later(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same call again, or by the sweeper once the session has ended."""

    def away(*_: Any) -> None:
        raise UnavailableError("away")

    assert save(clinic, drawn(1), '"0"').status == 200
    with monkeypatch.context() as failing:
        failing.setattr(EditErasure, "erase", away)
        assert clinic.call("image_delete", token=clinic.clinician(), path=PATH).status == 200
        assert len(kept(clinic)) == 2
        end(clinic)
        sweep(clinic)
        assert len(kept(clinic)) == 2
    sweep(clinic, later_ms=DAY_MS // 2)
    assert kept(clinic) == []


@pytest.mark.usefixtures("photo")
def test_what_was_drawn_on_a_photo_that_is_replaced_by_rubbish_goes_too(clinic: Clinic) -> None:
    """A link may be used twice; the photo is refused then, and what was drawn is deleted by the sweeper."""
    [image] = clinic.look()["images"]
    assert save(clinic, drawn(1), '"0"').status == 200
    client("s3").put_object(Bucket=BUCKET, Key=image["s3Key"], Body=b"rubbish" * 99, ContentType="image/jpeg")
    clinic.watch(image["s3Key"])
    assert clinic.look()["images"] == []
    end(clinic)
    sweep(clinic)
    assert kept(clinic) == []


def test_any_number_of_versions_is_deleted(clinic: Clinic) -> None:
    """More than a transaction has; those that are not there any more are no obstacle."""
    table = Table(TABLE)
    for version in (1, 100, 101, 250):
        table.put({"pk": edit_key("k", "a#1", version)}, condition="attribute_not_exists(#pk)", values={})
    assert len(kept(clinic)) == 4
    for _ in range(2):
        EditErasure(table).erase("k", {"a#1": 250})
        assert kept(clinic) == []


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
