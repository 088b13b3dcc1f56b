"""What happens in sessions and visits becomes the timelines of their encounters, delivered once, twice or late."""

import copy
from typing import Any, Final

import pytest

from bedside.adapters.aws.attributes import from_attributes
from bedside.encounters.chain import breaks
from bedside.encounters.stream import change_in
from bedside.kernel.errors import UnavailableError
from tests.conftest import TABLE, TIMELINE, client
from tests.functions.clinic import NAME, NHI, NOTES, Clinic, event_of
from tests.functions.surgery import MINUTE, Surgery

SITE: Final = {"bodySite": {"code": "40983000", "display": "Arm"}}


def items() -> list[dict[str, Any]]:
    return [from_attributes(item) for item in client("dynamodb").scan(TableName=TIMELINE)["Items"]]


def chain(encounter: str) -> list[dict[str, Any]]:
    """Give the entries of an encounter, whose chain has to hold."""
    key = f"encounter#FAC001#{encounter}"
    found = [item for item in items() if item["pk"] == key]
    [head] = [item for item in found if item["sk"] == "encounter"]
    entries = sorted((item for item in found if item is not head), key=lambda item: str(item["sk"]))
    assert breaks(key, head, entries) == ""
    return entries


def kinds(encounter: str) -> list[str]:
    return [entry["event"]["kind"] for entry in chain(encounter)]


def by(encounter: str) -> list[tuple[str, str]]:
    return [(entry["event"]["kind"], entry["event"]["actor"]["kind"]) for entry in chain(encounter)]


def test_a_session_is_told_from_opening_to_end(clinic: Clinic) -> None:
    """Who did what, and neither a name, nor a number, nor a note."""
    phone = clinic.phone()
    clinic.add(phone, "image-1", metadata={"notes": NOTES})
    clinic.upload(phone, "image-2")
    clinic.add(phone, "image-3")
    image = {"encounterId": clinic.encounter, "imageId": "image-1"}
    clinic.call("image_update", {"metadata": SITE}, token=clinic.clinician(), path=image)
    assert clinic.call("image_delete", token=clinic.clinician(), path=image).status in {200, 204}
    assert clinic.call("image_delete", token=phone, path={**image, "imageId": "image-2"}).status in {200, 204}
    assert clinic.call("image_delete", token=phone, path={**image, "imageId": "image-3"}).status in {200, 204}
    path = {"encounterId": clinic.encounter}
    assert clinic.call("session_end", token=clinic.clinician(), path=path).status in {200, 204}
    clinic.append()
    assert by(clinic.encounter) == [
        ("session-opened", "user"),
        ("phone-joined", "phone"),
        ("photo-arrived", "phone"),
        ("photo-arrived", "phone"),
        ("photo-described", "user"),
        ("photo-deleted", "user"),
        ("photo-deleted", "phone"),
        ("session-ended", "user"),
    ]
    written = str([item for item in items() if item["sk"] != "encounter"])
    assert not [text for text in (NAME, NHI, NOTES, "40983000") if text in written]
    clinic.open()
    clinic.append()
    assert kinds(clinic.encounter)[-1] == "session-reopened"
    clinic.wiring.ahead_ms = 3 * 3600 * 1000
    clinic.invoke("sweep", {})
    clinic.append()
    assert by(clinic.encounter)[-1] == ("session-ended", "system")
    assert "events-missing" not in kinds(clinic.encounter)


def test_a_photo_that_is_none_is_told_of(clinic: Clinic) -> None:
    """S3's event finds out after the phone has reported it."""
    phone = clinic.phone()
    key = clinic.add(phone, "image-1")
    client("s3").put_object(Bucket="bedside-capture-bucket", Key=key, Body=b"not a photo")
    clinic.watch(key)
    clinic.append()
    assert by(clinic.encounter)[2:] == [("photo-arrived", "phone"), ("photo-refused", "system")]


def test_a_visit_is_told_from_booking_to_notes(surgery: Surgery) -> None:
    """With those who came, the patient's consent, the recording and the notes; each by whom it was."""
    surgery.join(surgery.patient)
    surgery.join(surgery.practitioner)
    surgery.record()
    surgery.done("consent", surgery.patient, {"given": False})
    surgery.at(MINUTE)
    surgery.done("end", surgery.practitioner, {})
    texts = dict.fromkeys(("chiefComplaint", "observations", "assessment", "plan"), NOTES)
    assert surgery.write_notes(texts, '"0"').status == 200
    assert surgery.write_notes({**texts, "plan": ""}, '"1"').status == 200
    surgery.clinic.append()
    assert sorted(by(surgery.visit_id)) == sorted(
        [
            ("visit-booked", "user"),
            ("visit-joined", "patient"),
            ("visit-joined", "user"),
            ("visit-started", "system"),
            ("recording-consent", "user"),
            ("recording-consent", "patient"),
            ("recording-started", "user"),
            ("recording-consent", "patient"),
            ("recording-stopped", "patient"),
            ("visit-ended", "user"),
            ("notes-saved", "user"),
            ("notes-saved", "user"),
        ]
    )
    assert NOTES not in str(items())
    other = surgery.book()["visitId"]
    surgery.done("cancel", surgery.patient, {"reason": NOTES}, visit_id=other)
    surgery.clinic.append()
    assert by(other) == [("visit-booked", "user"), ("visit-cancelled", "patient")]
    assert NOTES not in str(items())


def test_a_visit_that_nobody_came_to_ends_by_itself(surgery: Surgery) -> None:
    """Nobody did that, and the outcome is told."""
    surgery.at(11 * MINUTE)
    surgery.fire()
    surgery.clinic.append()
    assert by(surgery.visit_id) == [("visit-booked", "user"), ("visit-ended", "system")]
    assert chain(surgery.visit_id)[-1]["event"]["outcome"] == "noShow"


def records(clinic: Clinic) -> list[dict[str, Any]]:
    assert clinic.dynamodb
    [record] = event_of("timeline_append")["Records"]
    return [
        {**record, "dynamodb": {"SequenceNumber": str(number), "NewImage": image}}
        for number, image in enumerate(clinic.dynamodb.take_versions(TABLE))
    ]


@pytest.mark.parametrize("step", ["find", "extend", "extended"])
@pytest.mark.parametrize("number", [0, 1])
def test_what_failed_comes_again(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, step: str, number: int) -> None:
    """Nothing behind it is taken first, and nothing is there twice, even if it was written and only the answer lost."""
    clinic.add(clinic.phone(), "image-1")
    wiring = clinic.wiring.encounters
    batch = [each for each in records(clinic) if change_in(each)]
    repository, calls = wiring.repository, 0
    method = "find" if step == "find" else "extend"
    real = getattr(repository, method)

    def failing(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != number + 1:
            return real(*arguments)
        if step == "extended":
            real(*arguments)
        raise UnavailableError("The record could not be written.")

    monkeypatch.setattr(repository, method, failing)
    answer = clinic.invoke("timeline_append", {"Records": batch})
    failed = batch[number]["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": failed}]}
    for again in (batch[number:], batch):
        assert clinic.invoke("timeline_append", {"Records": again}) == {"batchItemFailures": []}
        wiring.__dict__.pop("timeline")  # another environment, which remembers nothing
    assert kinds(clinic.encounter) == ["session-opened", "phone-joined", "photo-arrived"]


def test_what_is_not_understood_holds_up_nothing(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    """It is counted, which rings, and the timeline shows that it lacks something."""
    clinic.add(clinic.phone(), "image-1")
    batch = records(clinic)
    odd = copy.deepcopy(batch[0])
    odd["dynamodb"]["NewImage"]["events"] = {"S": "?"}
    assert clinic.invoke("timeline_append", {"Records": [odd, {"eventName": "REMOVE"}, *batch[-1:]]}) == {
        "batchItemFailures": []
    }
    assert '"TimelineEventNotAppended":[1.0,1.0]' in capsys.readouterr().out
    assert kinds(clinic.encounter) == ["events-missing", "photo-arrived"]


def test_a_mistake_of_ours_passes_over_nothing(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that lacks a variable fails as a whole, and the stream delivers the records again."""
    clinic.add(clinic.phone(), "image-1")
    batch, wiring = records(clinic), clinic.wiring.encounters
    with monkeypatch.context() as broken:
        for name in ("timeline", "repository", "settings"):
            wiring.__dict__.pop(name, None)
        broken.delenv("BEDSIDE_TIMELINE_TABLE")
        with pytest.raises(KeyError):
            clinic.invoke("timeline_append", {"Records": batch})
    assert clinic.invoke("timeline_append", {"Records": batch}) == {"batchItemFailures": []}
    assert kinds(clinic.encounter) == ["session-opened", "phone-joined", "photo-arrived"]


def test_items_of_earlier_releases_are_told_from_now_on(clinic: Clinic) -> None:
    """They have no events until they change, and then none is missing."""
    phone = clinic.phone()
    client("dynamodb").update_item(
        TableName=TABLE,
        Key={"pk": client("dynamodb").scan(TableName=TABLE)["Items"][0]["pk"]},
        UpdateExpression="REMOVE #a, #b, #c",
        ExpressionAttributeNames={"#a": "events", "#b": "eventNumber", "#c": "eventLine"},
    )
    records(clinic)
    clinic.add(phone, "image-1")
    clinic.append()
    assert kinds(clinic.encounter) == ["photo-arrived"]


def test_the_example_is_appended(clinic: Clinic) -> None:
    """As `sam local invoke` would."""
    assert clinic.invoke("timeline_append", event_of("timeline_append")) == {"batchItemFailures": []}
    assert kinds("ENC-1001") == ["events-missing", "photo-arrived"]
