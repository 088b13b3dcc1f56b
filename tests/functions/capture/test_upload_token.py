"""POST /session/upload-token: a clinician adds photos from the desktop, with the calls that phones use."""

import pytest

from tests.functions.clinic import Clinic, refusal
from tests.functions.encounters.test_timeline_append import chain

TEN_MINUTES_MS = 600_000


def desk(clinic: Clinic) -> str:
    """Give a token for the open session."""
    answer = clinic.call("upload_token", token=clinic.clinician())
    assert answer.status == 200, answer
    return str(answer.json["uploadToken"])


def test_the_example_event_needs_a_token(clinic: Clinic) -> None:
    """The example's made-up token is refused; so is a phone's."""
    refusal(clinic.call("upload_token"), 401, "unauthorized")
    refusal(clinic.call("upload_token", token=clinic.phone()), 401, "unauthorized")


def test_only_an_open_session_of_the_own_facility_takes_photos(clinic: Clinic) -> None:
    """Neither one of another facility, nor one that has ended; nor does an earlier token work after the end."""
    refusal(clinic.call("upload_token", token=clinic.clinician()), 404, "session-not-found")
    clinic.open()
    token = desk(clinic)
    refusal(clinic.call("upload_token", token=clinic.clinician("FAC002")), 404, "session-not-found")
    refusal(clinic.call("upload_token", token=clinic.clinician(roles=("patient",))), 403, "forbidden")
    clinic.call("session_end", token=clinic.clinician(), path={"encounterId": clinic.encounter})
    refusal(clinic.call("upload_token", token=clinic.clinician()), 404, "session-not-found")
    refusal(clinic.ask(token, "a"), 404, "session-not-found")
    clinic.open()
    refusal(clinic.ask(token, "a"), 404, "session-not-found")


def test_it_ends_after_ten_minutes(clinic: Clinic) -> None:
    """The answer says when, and how much room there is."""
    now_ms = clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    clinic.add(clinic.phone(), "a")
    answer = clinic.call("upload_token", token=clinic.clinician()).json
    assert answer["expiresAt"] == now_ms + TEN_MINUTES_MS
    assert (answer["imageCount"], answer["maxImages"]) == (1, 20)
    clinic.wiring.stopped_ms = now_ms + TEN_MINUTES_MS
    refusal(clinic.ask(answer["uploadToken"], "b"), 401, "unauthorized")


def test_phones_and_desktops_share_the_places(clinic: Clinic) -> None:
    """Twenty in all."""
    phone = clinic.phone()
    for number in range(19):
        clinic.add(phone, f"phone-{number}")
    token = desk(clinic)
    clinic.add(token, "desk-0")
    refusal(clinic.ask(token, "desk-1"), 409, "image-limit-reached")
    refusal(clinic.ask(phone, "phone-19"), 409, "image-limit-reached")


@pytest.mark.parametrize("storage_first", [False, True])
def test_the_timeline_names_who_added_and_deleted_a_photo(clinic: Clinic, *, storage_first: bool) -> None:
    """Not a phone, also if S3 reports the photo before the page does."""
    clinic.open()
    token = desk(clinic)
    key = clinic.upload(token, "a")
    if storage_first:
        clinic.watch(key)
    assert clinic.notify(token, key).status == 201
    clinic.call("image_delete", token=token, path={"encounterId": clinic.encounter, "imageId": "a"})
    clinic.append()
    events = [entry["event"] for entry in chain(clinic.encounter) if "imageId" in entry["event"]]
    assert [events[0]["kind"], events[-1]["kind"]] == ["photo-arrived", "photo-deleted"]
    by = {"kind": "user", "userId": clinic.user_id(clinic.number(f"{clinic.facility}{('clinician',)}verified"))}
    assert [each["actor"] for each in events] == [by] * len(events)
