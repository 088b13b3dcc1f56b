"""A photo whose phone never comes to say so reaches the desktop with its details; a later word wins over them."""

import json
from typing import Any

import pytest

from tests.functions.clinic import NOTES, Clinic, refusal
from tests.functions.line import Line

LEFT: dict[str, Any] = {"laterality": {"code": "left", "display": "Left", "snomed": "7771000"}}
RIGHT: dict[str, Any] = {"laterality": {"code": "right", "display": "Right", "snomed": "24028007"}}
SORE: dict[str, Any] = {"notes": NOTES}
CLEARED: dict[str, Any] = {"laterality": None, "bodySite": None, "notes": None}


@pytest.fixture
def line(clinic: Clinic, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Line:
    clinic.wiring.platform.redis._breaker._clock = lambda: 0.0  # noqa: SLF001  # an open breaker stays open unless told
    return Line(redis_url, monkeypatch)


def ask(clinic: Clinic, phone: str, image_id: str = "a", metadata: Any = None) -> str:
    """Ask for a place and upload; gives the key."""
    answer = clinic.ask(phone, image_id, **({} if metadata is None else {"metadata": metadata}))
    assert answer.status == 200, answer
    clinic.store(answer.json["s3Key"])
    return str(answer.json["s3Key"])


def shown(clinic: Clinic) -> Any:
    """Give the details of the one image."""
    (image,) = clinic.look()["images"]
    return image["metadata"]


def keys(clinic: Clinic) -> str:
    return str(clinic.wiring.platform.redis.execute("KEYS", "*:draft:*"))


def test_a_phone_that_dies_after_the_upload(clinic: Clinic) -> None:
    """What it said when it asked goes with the photo, and nothing of it stays behind."""
    key = ask(clinic, clinic.phone(), metadata={**LEFT, **SORE})
    assert "photo-details" in keys(clinic)
    for _ in range(3):
        clinic.watch(key)
    assert shown(clinic) == {**LEFT, **SORE}
    assert keys(clinic) == "[]"


@pytest.mark.parametrize("redis", [True, False], ids=["with Redis", "without Redis"])
def test_a_phone_that_dies_has_said_when_the_photo_was_taken(clinic: Clinic, line: Line, redis: bool) -> None:  # noqa: FBT001
    """With what it said when it asked, wherever that is stored."""
    phone, at = clinic.phone(), clinic.wiring.now_ms() - 5000
    line.cut = not redis
    answer = clinic.ask(phone, "a", metadata=LEFT, takenAt=at, takenOrder=3)
    clinic.store(answer.json["s3Key"])
    clinic.watch(answer.json["s3Key"])
    [image] = clinic.look()["images"]
    assert (image["takenAt"], image["takenOrder"]) == (at, 3)


def test_the_desktop_hears_it_at_once(clinic: Clinic) -> None:
    """In the message about the photo, not in a second one."""
    phone = clinic.phone()
    ticket = clinic.open()["live"]["ticket"]
    event = {"requestContext": {"eventType": "CONNECT", "connectionId": "c-1", "requestId": "r"}}
    assert clinic.invoke("live", event | {"queryStringParameters": {"ticket": ticket}})["statusCode"] == 200
    clinic.watch(ask(clinic, phone, metadata=LEFT))
    message = json.loads(clinic.connections.heard["c-1"][0])
    assert len(clinic.connections.heard["c-1"]) == 1
    assert (message["type"], message["metadata"]) == ("image-uploaded", LEFT)


def test_asking_again_says_it_anew(clinic: Clinic) -> None:
    """Without a word it leaves what was said; with one that is the whole of it, also where it is empty."""
    phone = clinic.phone()
    left = {"laterality": {"code": "left", "display": "Left"}}
    for said, wanted in ((None, {}), (LEFT, left), (None, left), (SORE, SORE)):
        key = ask(clinic, phone, metadata=said)
        draft = clinic.wiring.capture.ingestion.metadata_drafts.find(*place(clinic), clinic.wiring.now_ms())
        assert (draft.metadata if draft else {}) == wanted
    ask(clinic, phone, metadata=CLEARED)
    clinic.watch(key)
    assert shown(clinic) == {}


def place(clinic: Clinic) -> tuple[str, int, str]:
    item = clinic.item()
    assert item
    return str(item["pk"]), int(item["started"]), "a"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, LEFT),
        ({"metadata": {}}, LEFT),
        ({"metadata": SORE}, SORE),
        ({"metadata": {**RIGHT, "notes": None}}, RIGHT),
        ({"metadata": CLEARED}, {}),
    ],
)
@pytest.mark.parametrize(
    "order", [("notify", "watch", "watch"), ("watch", "notify", "watch"), ("watch", "watch", "notify")]
)
def test_a_later_word_wins_whatever_comes_first(
    clinic: Clinic, said: dict[str, Any], wanted: dict[str, Any], order: tuple[str, ...]
) -> None:
    """What the phone says in the end is what it showed in the end; saying nothing leaves what it said before."""
    phone = clinic.phone()
    key = ask(clinic, phone, metadata=LEFT)
    for step in order:
        if step == "watch":
            clinic.watch(key)
        else:
            assert clinic.notify(phone, key, **said).status == 201
    assert shown(clinic) == wanted
    assert clinic.notify(phone, key, **said).status == 200
    assert shown(clinic) == wanted
    assert clinic.look()["sequence"] == 1


def test_a_clinicians_word_is_not_replaced(clinic: Clinic) -> None:
    """A photo that a clinician has described keeps that, whatever the phone had said."""
    phone = clinic.phone()
    key = ask(clinic, phone, metadata=LEFT)
    assert clinic.notify(phone, key).status == 201
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    for said, wanted in (({"notes": "seen"}, {"notes": "seen"}), ({"notes": None}, {})):
        body = {"metadata": said}
        assert clinic.call("image_update", body, token=clinic.clinician(), path=path).status == 200
        clinic.watch(key)
        assert shown(clinic) == wanted


def test_what_was_taken_back_stays_so_though_redis_missed_it(clinic: Clinic, line: Line) -> None:
    """The phone said in the end that there is nothing to say, while Redis was away."""
    phone = clinic.phone()
    key = ask(clinic, phone, metadata=LEFT)
    line.cut = True
    assert clinic.notify(phone, key, metadata=CLEARED).status == 201
    line.cut = False
    clinic.watch(key)
    assert shown(clinic) == {}


def test_a_deleted_photo_leaves_no_draft(clinic: Clinic) -> None:
    """Neither in Redis nor in the record."""
    phone = clinic.phone()
    ask(clinic, phone, metadata=LEFT)
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    assert clinic.call("image_delete", token=phone, path=path).status == 200
    assert keys(clinic) == "[]"


def test_a_draft_lives_for_an_hour(clinic: Clinic) -> None:
    """An event that comes later brings the photo alone."""
    key = ask(clinic, clinic.phone(), metadata=LEFT)
    clinic.wiring.ahead_ms += 3_600_000
    clinic.watch(key)
    assert shown(clinic) == {}


def test_another_photo_has_its_own(clinic: Clinic) -> None:
    """Nothing is put on a photo that was said of another."""
    phone = clinic.phone()
    first, second = ask(clinic, phone, metadata=LEFT), ask(clinic, phone, "b")
    clinic.watch(second)
    clinic.watch(first)
    assert {image["imageId"]: image["metadata"] for image in clinic.look()["images"]} == {"a": LEFT, "b": {}}


def test_without_redis_the_record_keeps_it(clinic: Clinic, line: Line) -> None:
    """With the image's place, in the same request; it is gone from there once it is on the image."""
    phone = clinic.phone()
    line.cut = True
    clinic.call("health")
    line.spent()
    answer = clinic.ask(phone, "a", metadata=LEFT)
    assert line.spent() == (1, 1)
    key = str(answer.json["s3Key"])
    clinic.store(key)
    clinic.watch(key)
    assert shown(clinic) == LEFT
    item = clinic.item()
    assert item
    assert "draft:a" not in item


def test_redis_going_or_coming_between_the_two_loses_nothing_new(clinic: Clinic, line: Line) -> None:
    """What the record keeps is found with Redis too; what only Redis has is lost while it is away. Both photos come."""
    phone = clinic.phone()
    line.cut = True
    first = ask(clinic, phone, metadata=LEFT)
    line.cut = False
    second = ask(clinic, phone, "b", metadata=RIGHT)
    clinic.watch(first)
    line.cut = True
    clinic.watch(second)
    assert {image["imageId"]: image["metadata"] for image in clinic.look()["images"]} == {"a": LEFT, "b": {}}


@pytest.mark.parametrize("cut_first", [True, False])
def test_of_two_drafts_the_later_one_counts(clinic: Clinic, line: Line, cut_first: bool) -> None:  # noqa: FBT001  # parametrised
    """A phone that asked twice may have left one with Redis and one in the record."""
    phone = clinic.phone()
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    for cut, said in ((cut_first, LEFT), (not cut_first, RIGHT)):
        line.cut = cut
        clinic.wiring.ahead_ms += 1
        key = ask(clinic, phone, metadata=said)
    line.cut = False
    clinic.watch(key)
    clinic.watch(key)
    assert shown(clinic) == RIGHT


def test_a_failed_event_loses_no_draft(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda tries again, and finds it."""
    key = ask(clinic, clinic.phone(), metadata=LEFT)
    table = clinic.wiring.capture.repository._table  # noqa: SLF001  # break it
    with monkeypatch.context() as patch:
        patch.setattr(table, "_name", "no-such-table")
        with pytest.raises(Exception, match="record"):
            clinic.watch(key)
    clinic.watch(key)
    assert shown(clinic) == LEFT


def test_an_unreadable_draft_is_none(clinic: Clinic) -> None:
    """The photo comes all the same."""
    phone = clinic.phone()
    key = ask(clinic, phone, metadata=LEFT)
    clinic.wiring.platform.redis.execute(
        "SET", clinic.wiring.capture.ingestion.metadata_drafts.key_of(*place(clinic)), "garbage"
    )
    clinic.watch(key)
    assert shown(clinic) == {}


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({"notes": "x" * 501}, "metadata.notes"),
        ({"laterality": {"code": "up", "display": "Up"}}, "metadata.laterality.code"),
        ("left", "metadata"),
    ],
)
def test_the_rules_are_those_of_the_notify(clinic: Clinic, metadata: object, field: str) -> None:
    """What could not be said later cannot be said now; nothing is held then."""
    phone = clinic.phone()
    answer = clinic.ask(phone, "a", metadata=metadata)
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == [field]
    assert keys(clinic) == "[]"
