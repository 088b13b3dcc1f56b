"""The rules of a session, without any input or output."""

from typing import Any

from bedside.capture.model import Session, needs_touch
from bedside.capture.patient import Patient, patient_facts
from bedside.capture.session_record import session_from_record
from bedside.capture.taken import TOLERANCE_MS, Taken, credible_taken

ITEM: dict[str, Any] = {
    "pk": "k" * 24,
    "started": 1000,
    "open": True,
    "lastActivity": 1000,
    "expiresAt": 2000,
    "sequence": 3,
    "revision": 5,
    "encounterId": "ENC-1",
    "facilityId": "FAC001",
    "patientId": "PAT-1",
    "slots": {"b": 3, "a": 1, "held": -1500, "lapsed": -1200},
    "images": {
        "b": {"key": "kb", "uploadedAt": 1100, "metadata": {"notes": "x"}, "notified": True},
        "a": {"key": "ka", "uploadedAt": 1050, "metadata": {}},
    },
    "revisions": {"a": 1, "b": 5},
    "deletedImages": {"gone"},
    "tokens": {"t-live": 1500, "t-dead": 1200},
    "tickets": {"l-dead": {"ends": 1199, "user": "u", "family": "f"}},
    "connections": {"c": {"ends": 1100, "user": "u", "family": "f"}},
}


def session(**changes: Any) -> Session:
    return session_from_record({**ITEM, **changes})


def test_a_session_lives_until_its_end_and_while_it_is_open() -> None:
    """It is dead at its last instant, and at once when it was ended."""
    assert session().alive(1999)
    assert not session().alive(2000)
    assert not session(open=False).alive(1500)


def test_images_stand_in_the_order_in_which_they_were_taken() -> None:
    """By the phone's time or else that of arrival; at the same instant by the phone's order, then by arrival."""

    def order(**taken: tuple[int, int]) -> list[str]:
        images = {
            name: {**image, **({"takenAt": taken[name][0], "takenOrder": taken[name][1]} if name in taken else {})}
            for name, image in ITEM["images"].items()
        }
        return [image.image_id for image in session(images=images).in_order_taken()]

    assert order(b=(1000, 9), a=(1001, 1)) == ["b", "a"]
    assert order(b=(1000, 0)) == ["b", "a"]
    assert order(b=(1000, 1), a=(1000, 2)) == ["b", "a"]
    assert order(b=(1000, 1), a=(1000, 1)) == ["a", "b"]


def test_a_time_in_the_future_is_not_believed() -> None:
    """Beyond five minutes, which a phone's clock may be ahead; nothing said is nothing."""
    assert credible_taken(1000 + TOLERANCE_MS, 3, 1000) == Taken(1000 + TOLERANCE_MS, 3)
    assert credible_taken(1001 + TOLERANCE_MS, 3, 1000) is None
    assert credible_taken(1, None, 1000) == Taken(1, 0)
    assert credible_taken(None, 3, 1000) is None


def test_images_stand_in_the_order_of_arrival() -> None:
    """Places that are only held are no images."""
    found = session()
    assert [image.image_id for image in found.in_order_taken()] == ["a", "b"]
    assert found.image_count == 2
    assert [image.notified for image in found.in_order_taken()] == [False, True]


def test_lapsed_places_and_handles_are_found() -> None:
    """What ends now has ended."""
    found = session()
    assert found.lapsed_slots(1199) == {}
    assert found.lapsed_slots(1200) == {"lapsed": -1200}
    assert found.expired_handles(1200) == (["t-dead"], ["l-dead"])
    assert found.expired_handles(1198) == ([], [])


def test_activity_is_noted_when_a_tenth_of_the_life_has_gone() -> None:
    """Ten minutes at most, so that a hot call need not write, and a short life is not missed."""
    hours, minute = 2 * 3_600_000, 60_000
    assert not needs_touch(hours, hours, 10 * minute)
    assert needs_touch(hours, hours, 10 * minute + 1)
    assert not needs_touch(minute, minute, 6_000)
    assert needs_touch(minute, minute, 6_001)


def test_a_patients_name_is_not_printed() -> None:
    """Neither a patient nor the session shows the name or NHI when it is printed or logged by mistake."""
    found = session(patientName="Aroha Ngata", patientNHI="ZZZ0016")
    assert found.patient == Patient("PAT-1", "Aroha Ngata", "ZZZ0016")
    assert "Aroha" not in repr(found)
    assert "ZZZ0016" not in repr(found)


def test_facts_leave_out_what_is_unknown() -> None:
    """A name that was not given is no attribute."""
    assert patient_facts("F", "E", Patient("P", None, "N")) == {
        "facilityId": "F",
        "encounterId": "E",
        "patientId": "P",
        "patientNHI": "N",
    }
