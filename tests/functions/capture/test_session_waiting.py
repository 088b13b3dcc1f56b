"""GET /session/waiting: what today's page says of photos."""

from typing import Any

import pytest

from bedside.capture import waiting_photos
from bedside.capture.waiting_photos import SOON_MS
from tests.functions.capture.test_ended_sessions import DAY_MS, end, sweep
from tests.functions.clinic import Clinic, refusal


def waiting(clinic: Clinic, token: str | None = None) -> Any:
    answer = clinic.call("session_waiting", token=token or clinic.clinician())
    assert answer.status == 200, answer
    return answer.json["sessions"]


def report(clinic: Clinic, phone: str, unsent: int) -> None:
    body = {"encounterId": clinic.encounter, "phoneId": "p", "unsent": unsent}
    assert clinic.call("session_status", body, token=phone).status == 200


def test_nothing_waits_at_first(clinic: Clinic) -> None:
    """Without sessions, and in one whose photos have time; only clinicians ask."""
    assert waiting(clinic) == []
    phone = clinic.phone()
    clinic.add(phone, "a")
    assert waiting(clinic) == []
    refusal(clinic.call("session_waiting", token=phone), 401, "unauthorized")
    refusal(clinic.call("session_waiting", token=clinic.clinician(roles=("patient",))), 403, "forbidden")


def test_phones_that_hold_photos_are_told(clinic: Clinic) -> None:
    """As long as the session is open and they do; not to another facility."""
    phone = clinic.phone()
    report(clinic, phone, 3)
    [found] = waiting(clinic)
    assert (found["encounterId"], found["patientId"]) == (clinic.encounter, clinic.item()["patientId"])  # type: ignore[index]  # it is there
    assert (found["unsentPhotos"], found["vanishingPhotos"], found["vanishesAt"]) == (3, 0, None)
    assert waiting(clinic, clinic.clinician("FAC002")) == []
    report(clinic, phone, 0)
    assert waiting(clinic) == []
    report(clinic, phone, 2)
    end(clinic)
    assert waiting(clinic) == []


@pytest.mark.parametrize("swept", [True, False])
def test_photos_that_vanish_soon_are_told(clinic: Clinic, swept: bool) -> None:  # noqa: FBT001  # parametrised
    """Six hours before the first does, whether or not the sweeper has come since the end; a kept one does not."""
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    phone = clinic.phone()
    for image_id in "abc":
        clinic.add(phone, image_id)
    end(clinic)
    if swept:
        sweep(clinic)
    vanishes_at = clinic.wiring.now_ms() + DAY_MS
    path = {"encounterId": clinic.encounter, "imageId": "b"}
    assert clinic.call("image_keep_hold", token=clinic.clinician(), path=path).status == 200
    clinic.wiring.stopped_ms += DAY_MS - SOON_MS - 1
    assert waiting(clinic) == []
    clinic.wiring.stopped_ms += 1
    [found] = waiting(clinic)
    assert (found["unsentPhotos"], found["vanishingPhotos"], found["vanishesAt"]) == (0, 2, vanishes_at)
    clinic.wiring.stopped_ms += SOON_MS
    sweep(clinic)
    assert waiting(clinic) == []


def test_every_session_is_looked_at(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only the latest: as many pages as there are, up to a number."""
    monkeypatch.setattr(waiting_photos, "_AT_ONCE", 2)
    for number in range(5):
        clinic.encounter = f"ENC-{number}"
        report(clinic, clinic.phone(), 1)
    assert {found["encounterId"] for found in waiting(clinic)} == {f"ENC-{number}" for number in range(5)}
