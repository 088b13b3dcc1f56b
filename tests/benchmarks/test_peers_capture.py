"""The peers capture photos correctly: what is measured against is no straw man."""

import base64
import hashlib
import json
from typing import Any

import pytest

from bedside.adapters.redis.client import Redis
from bedside.capture.session_repository import SessionRepository
from tests.benchmarks.conftest import Peer
from tests.conftest import BUCKET, client

CLINICIAN = "c" * 24
ENCOUNTER = {"encounterId": "e1"}
FACTS = {**ENCOUNTER, "patientId": "p1", "facilityId": "FAC001", "patientName": "Ana", "patientNHI": "ZZZ0016"}
PHOTO = b"a photo"
LIST = "GET /session/images/{encounterId}"


@pytest.fixture
def desk(peer: Peer) -> str:
    return peer.sign_in(CLINICIAN, ["clinician"])


def _opened(peer: Peer, desk: str) -> tuple[dict[str, Any], str]:
    status, opened = peer.call("POST /session/create", FACTS, desk)
    assert status == 201
    status, scanned = _scanned(peer, opened["token"])
    assert status == 200
    return opened, scanned["uploadToken"]


def _scanned(peer: Peer, token: str, phone: str = "p1") -> tuple[int, Any]:
    return peer.call("GET /session/token/{token}", path={"token": token}, query={"phoneId": phone})


def _wanted(image: str) -> dict[str, Any]:
    digest = base64.b64encode(hashlib.sha256(PHOTO).digest()).decode()
    return {
        **ENCOUNTER,
        "imageId": image,
        "contentType": "image/jpeg",
        "contentLength": len(PHOTO),
        "sha256": digest,
    }


def _sent(peer: Peer, phone: str, image: str) -> dict[str, Any]:
    """Put a photo in its place, and say so."""
    status, slot = peer.call("POST /session/presigned-url", _wanted(image), phone)
    assert status == 200
    client("s3").put_object(Bucket=BUCKET, Key=slot["s3Key"], Body=PHOTO)
    notice = {**ENCOUNTER, "s3Key": slot["s3Key"], "metadata": {"notes": "n"}}
    status, arrived = peer.call("POST /session/images", notice, phone)
    assert status == 201
    assert isinstance(arrived, dict)
    return {**arrived, "s3Key": slot["s3Key"], "uploadUrl": slot["uploadUrl"]}


def test_a_photo_goes_its_way(peer: Peer, desk: str, record: SessionRepository) -> None:
    """From the code to the end of the session, in a record that the product's own code reads as well."""
    opened, phone = _opened(peer, desk)
    assert opened["mobileUrl"] == f"https://pages.example/capture#t={opened['token']}"
    sent = _sent(peer, phone, "i1")
    assert (sent["imageCount"], sent["sequence"]) == (1, 1)
    status, listed = peer.call(LIST, token=desk, path=ENCOUNTER)
    assert (status, [image["metadata"] for image in listed["images"]]) == (200, [{"notes": "n"}])
    place = {**ENCOUNTER, "imageId": "i1"}
    change = {"metadata": {"notes": None, "laterality": {"code": "left", "display": "Left"}}}
    _, image = peer.call("PATCH /session/images/{encounterId}/{imageId}", change, desk, path=place)
    assert (image["metadata"], image["revision"]) == ({"laterality": {"code": "left", "display": "Left"}}, 2)
    session = record.find(opened["token"][:24], image["expiresAt"] - 3_600_000)
    assert session
    assert [each.corrected for each in session.in_order_taken()] == [True]
    deletion = "DELETE /session/images/{encounterId}/{imageId}"
    assert peer.call(deletion, token=desk, path=place) == (200, {"success": True, "imageCount": 0})
    assert peer.call(deletion, token=desk, path=place)[0] == 404
    assert client("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert peer.call("POST /session/presigned-url", _wanted("i1"), phone)[0] == 409
    assert peer.call("DELETE /session/{encounterId}", token=desk, path=ENCOUNTER) == (204, None)
    assert _scanned(peer, opened["token"])[0] == 404
    assert peer.call("POST /session/presigned-url", _wanted("i2"), phone)[0] == 404
    assert peer.call("POST /session/live-ticket", ENCOUNTER, desk)[0] == 404


def test_a_session_is_joined_and_not_opened_twice(peer: Peer, desk: str) -> None:
    """Both codes open the same session, another patient's facts none."""
    first, phone = _opened(peer, desk)
    _sent(peer, phone, "i1")
    second, _ = _opened(peer, desk)
    for token in (first["token"], second["token"]):
        assert _scanned(peer, token)[1]["imageCount"] == 1
    assert peer.call("POST /session/create", {**FACTS, "patientId": "p2"}, desk)[0] == 422


def test_the_first_phone_joins(peer: Peer, desk: str, redis: Redis) -> None:
    """It may come again, also when Redis has forgotten it; another is refused, and the desktop lists the first."""
    opened, _ = _opened(peer, desk)
    redis.execute("FLUSHALL")
    for _ in range(2):
        status, scanned = _scanned(peer, opened["token"])
        assert (status, scanned["phone"]["name"]) == (200, "Phone")
    assert _scanned(peer, opened["token"], "p2")[0] == 403
    [phone] = _list(peer, desk)["phones"]
    assert (phone["standing"], phone["words"]) == ("joined", scanned["phone"]["words"])


def test_what_redis_has_forgotten_the_record_knows(peer: Peer, desk: str, redis: Redis) -> None:
    """A code opens its session, and a place is held, from DynamoDB."""
    opened, phone = _opened(peer, desk)
    redis.execute("FLUSHALL")
    status, scanned = _scanned(peer, opened["token"])
    assert (status, scanned["patientNHI"]) == (200, "ZZZ0016")
    redis.execute("FLUSHALL")
    assert peer.call("POST /session/presigned-url", _wanted("i1"), phone)[0] == 200


def test_a_session_holds_twenty_images(peer: Peer, desk: str) -> None:
    """The twenty-first gets no place; one that has a place keeps it."""
    _, phone = _opened(peer, desk)
    statuses = [peer.call("POST /session/presigned-url", _wanted(f"i{n}"), phone)[0] for n in range(21)]
    assert statuses == [200] * 20 + [409]
    assert peer.call("POST /session/presigned-url", _wanted("i3"), phone)[0] == 200


def test_a_phone_learns_how_many_there_are(peer: Peer, desk: str, redis: Redis) -> None:
    """From Redis, or from the record where Redis has forgotten."""
    _, phone = _opened(peer, desk)
    _sent(peer, phone, "i1")
    said = {**ENCOUNTER, "phoneId": "p1", "unsent": 2}
    for _ in range(2):
        status, found = peer.call("POST /session/status", said, phone)
        assert (status, found["imageCount"]) == (200, 1)
        redis.execute("FLUSHALL")
    assert peer.call("POST /session/status", said, desk)[0] == 401


def test_saying_it_again_changes_nothing(peer: Peer, desk: str) -> None:
    """A repeated notice gets the same image; one without an upload is refused."""
    _, phone = _opened(peer, desk)
    sent = _sent(peer, phone, "i1")
    notice = {**ENCOUNTER, "s3Key": sent["s3Key"], "metadata": {"notes": "n"}}
    status, again = peer.call("POST /session/images", notice, phone)
    assert (status, again["sequence"], again["imageCount"]) == (200, 1, 1)
    missing = {**notice, "s3Key": sent["s3Key"].replace("_i1", "_i2")}
    assert peer.call("POST /session/images", missing, phone)[0] == 409


def test_desktops_hear_of_it(peer: Peer, desk: str) -> None:
    """Those who watch are told what changed; who is gone is forgotten."""
    opened, phone = _opened(peer, desk)
    now = int(_list(peer, desk)["lastActivity"])
    watcher = {"ends": now, "user": CLINICIAN, "family": "fam"}
    for name in ("here", "gone"):
        client("dynamodb").update_item(
            TableName="bedside-capture-test",
            Key={"pk": {"S": opened["token"][:24]}},
            UpdateExpression="SET connections.#name = :watcher",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={
                ":watcher": {"M": {key: {"N" if key == "ends" else "S": str(value)} for key, value in watcher.items()}}
            },
        )
    _sent(peer, phone, "i1")
    [heard] = [json.loads(text) for text in peer.desktops.heard["here"]]
    assert (heard["type"], heard["imageId"], heard["imageCount"]) == ("image-uploaded", "i1", 1)
    item = client("dynamodb").get_item(TableName="bedside-capture-test", Key={"pk": {"S": opened["token"][:24]}})
    assert list(item["Item"]["connections"]["M"]) == ["here"]


def test_strangers_are_refused(peer: Peer, desk: str) -> None:
    """Without a token, with another's, and for another's encounter."""
    _, phone = _opened(peer, desk)
    assert peer.call(LIST, path=ENCOUNTER)[0] == 401
    assert peer.call(LIST, token=phone, path=ENCOUNTER)[0] == 401
    assert peer.call(LIST, token=peer.sign_in("p" * 24, ["patient"]), path=ENCOUNTER)[0] == 403
    assert peer.call("POST /session/presigned-url", {**_wanted("i1"), "encounterId": "e2"}, phone)[0] == 403
    other = peer.sign_in("d" * 24, ["clinician"], "FAC002")
    assert peer.call("POST /session/create", FACTS, other)[0] == 403
    assert peer.call(LIST, token=other, path=ENCOUNTER)[1]["images"] == []
    assert peer.call("POST /session/create", {"encounterId": "a b"}, desk)[0] == 422


def test_limits_are_told_and_kept(peer: Peer, desk: str) -> None:
    """An answer says how much is left; the call that is one too many is refused."""
    _, phone = _opened(peer, desk)
    fields = peer.fields("POST /session/presigned-url", _wanted("i1"), phone)
    assert fields["ratelimit"].startswith('"presigned-url";r=199;t=')
    statuses = [200]
    # The clock's minute may end meanwhile, and the next one has a quota of its own.
    while statuses[-1] == 200 and len(statuses) < 2 * 200:
        statuses.append(peer.call("POST /session/presigned-url", _wanted("i1"), phone)[0])
    assert statuses[-1] == 429
    assert statuses[:-1] == [200] * (len(statuses) - 1)
    assert len(statuses) > 200


def test_health_knows_of_redis(peer: Peer) -> None:
    """Redis is up, and says so."""
    status, health = peer.call("GET /health")
    assert (status, health["status"], health["redis"]) == (200, "ok", "up")


def _list(peer: Peer, desk: str) -> dict[str, Any]:
    _, listed = peer.call(LIST, token=desk, path=ENCOUNTER)
    assert isinstance(listed, dict)
    return listed
