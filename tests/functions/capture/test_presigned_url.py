"""POST /session/presigned-url."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest

from bedside.adapters.redis.client import Redis, RedisError
from bedside.adapters.seal import Seal
from bedside.capture.fast_path import FastPath
from tests.conftest import BUCKET, Upstash
from tests.functions.clinic import Clinic, refusal

IMAGE = "0f3c2d1e-1111-4222-8333-444455556666"


def test_the_example_event_needs_a_token(clinic: Clinic) -> None:
    """The example's made-up token is refused; so is a clinician's."""
    refusal(clinic.call("presigned_url"), 401, "unauthorized")
    refusal(clinic.call("presigned_url", token=clinic.clinician()), 401, "unauthorized")


def test_a_link_for_one_photo(clinic: Clinic) -> None:
    """The key is chosen by the server, the headers are to be sent as they are, the link lives five minutes."""
    phone = clinic.phone()
    answer = clinic.call("presigned_url", token=phone)
    assert answer.status == 200
    document = answer.json
    assert set(document) == {"uploadUrl", "s3Key", "headers", "expiresAt"}
    item = clinic.item()
    assert item
    assert document["s3Key"] == f"sessions/FAC001/ENC-1001/{item['started']}_{IMAGE}.jpg"
    url = urlsplit(document["uploadUrl"])
    assert (url.netloc, url.path) == (f"{BUCKET}.s3.us-east-1.amazonaws.com", f"/{document['s3Key']}")
    assert parse_qs(url.query)["X-Amz-Expires"] == ["300"]
    assert document["headers"] == {
        "content-type": "image/jpeg",
        "if-none-match": "*",
        "x-amz-checksum-sha256": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
        "x-amz-tagging": "photo=uncommitted",
    }
    assert abs(document["expiresAt"] - clinic.wiring.now_ms() - 300_000) < 60_000


def test_a_link_ends_with_its_session(clinic: Clinic) -> None:
    """Two hours without a photo end a session, and a day does in any case: shortly before, links are short, too."""
    phone = clinic.phone()
    for _ in range(23):
        clinic.wiring.ahead_ms += 3_600_000
        assert clinic.ask(phone, "a").status == 200
    clinic.wiring.ahead_ms += 3_540_000
    for _ in ("from Redis", "from the record"):
        url = urlsplit(clinic.ask(phone, "a").json["uploadUrl"])
        assert 0 < int(parse_qs(url.query)["X-Amz-Expires"][0]) <= 60
        clinic.wiring.platform.redis.run = _away  # type: ignore[assignment,method-assign]  # a Redis that is down


def test_places_of_both_stores_hold_no_more_than_twenty_images(clinic: Clinic) -> None:
    """Twenty places in Redis, which then is away, and some in the record: whoever arrives first is taken."""
    phone = clinic.phone()
    keys = [clinic.upload(phone, f"redis-{number}") for number in range(20)]
    clinic.wiring.platform.redis.run = _away  # type: ignore[assignment,method-assign]  # a Redis that is down
    keys += [clinic.upload(phone, f"record-{number}") for number in range(3)]
    statuses = [clinic.notify(phone, key).status for key in keys]
    assert statuses == [201] * 20 + [409] * 3
    refusal(clinic.ask(phone, "one-more"), 409, "image-limit-reached")


def _away(*_: object) -> None:
    raise RedisError("away")


@pytest.mark.parametrize(
    ("content_type", "ending"),
    [("image/jpeg", ".jpg"), ("image/png", ".png"), ("image/webp", ".webp"), ("image/heic", ".heic")],
)
def test_the_four_types(clinic: Clinic, content_type: str, ending: str) -> None:
    """Each has its ending."""
    assert clinic.ask(clinic.phone(), "a", contentType=content_type).json["s3Key"].endswith(ending)


def test_asking_again_is_the_same_place(clinic: Clinic) -> None:
    """The same key, however often; a full session still answers those that are in it."""
    phone = clinic.phone()
    keys = {clinic.ask(phone, "a").json["s3Key"] for _ in range(25)}
    assert len(keys) == 1
    for number in range(19):
        assert clinic.ask(phone, f"i-{number}").status == 200
    refusal(clinic.ask(phone, "one-too-many"), 409, "image-limit-reached")
    assert clinic.ask(phone, "a").status == 200


def test_held_places_lapse(clinic: Clinic) -> None:
    """Twenty links that nobody used keep nobody out for long."""
    phone = clinic.phone()
    for number in range(20):
        clinic.ask(phone, f"i-{number}")
    clinic.wiring.ahead_ms += 599_000
    refusal(clinic.ask(phone, "late"), 409, "image-limit-reached")
    clinic.wiring.ahead_ms += 2_000
    assert clinic.ask(phone, "late").status == 200


@pytest.mark.parametrize(
    ("changes", "status", "slug"),
    [
        ({"encounterId": "ENC-2"}, 403, "wrong-encounter"),
        ({"contentType": "image/gif"}, 415, "unsupported-media-type"),
        ({"contentType": "image/jpeg; charset=x"}, 415, "unsupported-media-type"),
        ({"contentType": "IMAGE/JPEG"}, 415, "unsupported-media-type"),
        ({"contentLength": 5 * 1024 * 1024 + 1}, 413, "image-too-large"),
        ({"contentLength": 10**4000}, 413, "image-too-large"),
        ({"contentLength": 0}, 422, "invalid-request"),
        ({"contentLength": -1}, 422, "invalid-request"),
        ({"contentLength": "7"}, 422, "invalid-request"),
        ({"contentLength": 7.5}, 422, "invalid-request"),
        ({"contentLength": True}, 422, "invalid-request"),
        ({"sha256": "short"}, 422, "invalid-request"),
        ({"sha256": "é" * 44}, 422, "invalid-request"),
        ({"sha256": "A" * 43 + "\n"}, 422, "invalid-request"),
        ({"imageId": "a/../b"}, 422, "invalid-request"),
        ({"imageId": ""}, 422, "invalid-request"),
    ],
)
def test_what_cannot_be_uploaded(clinic: Clinic, changes: dict[str, object], status: int, slug: str) -> None:
    """Each refusal has its status, and takes no place."""
    phone = clinic.phone()
    refusal(clinic.ask(phone, "a", **changes), status, slug)
    item = clinic.item()
    assert item
    fields = clinic.wiring.platform.redis.execute("HKEYS", f"bedside:test:session:{item['pk']}")
    assert isinstance(fields, list)
    assert fields
    assert not [name for name in fields if str(name).startswith("i:")]


def test_five_megabytes_are_enough(clinic: Clinic) -> None:
    """The limit itself is allowed."""
    assert clinic.ask(clinic.phone(), "a", contentLength=5 * 1024 * 1024).status == 200


def test_a_deleted_image_gets_no_link(clinic: Clinic) -> None:
    """The phone learns that it can drop the photo."""
    phone = clinic.phone()
    clinic.add(phone, "a")
    clinic.call("image_delete", token=phone, path={"encounterId": clinic.encounter, "imageId": "a"})
    refusal(clinic.ask(phone, "a"), 404, "image-deleted")


def test_a_request_is_one_redis_request_and_none_to_the_record(clinic: Clinic, upstash: Upstash) -> None:
    """Once the script is known, whatever else is away."""
    phone = clinic.phone()
    clinic.ask(phone, "a")
    del clinic.wiring.capture.repository._table._name  # noqa: SLF001  # any use of the record fails
    before = upstash.requests()
    assert clinic.ask(phone, "b").status == 200
    assert upstash.requests() - before == 1


def test_a_flushed_redis_is_reminded(clinic: Clinic) -> None:
    """Places of photos that arrived are counted from the record."""
    phone = clinic.phone()
    clinic.add(phone, "a")
    clinic.wiring.platform.redis.execute("FLUSHALL")
    answers = [clinic.ask(phone, f"i-{number}").status for number in range(20)]
    assert answers == [200] * 19 + [409]


def test_asking_keeps_the_session_alive(clinic: Clinic) -> None:
    """Two hours from the last activity, also of the phone; without activity it ends."""
    phone = clinic.phone()
    for _ in range(3):
        clinic.wiring.ahead_ms += 7_100_000
        assert clinic.ask(phone, "a").status == 200
    clinic.wiring.ahead_ms += 7_200_001
    refusal(clinic.ask(phone, "a"), 404, "session-not-found")


def test_thirty_at_once_find_twenty_places(clinic: Clinic) -> None:
    """Exactly twenty succeed, ten are refused; each with a connection of its own, as in Lambda."""
    clinic.open()
    item, secrets, now = clinic.item(), clinic.wiring.platform.secrets, clinic.wiring.now_ms()
    assert item

    def reserve(number: int) -> str:
        redis = Redis(secrets.redis_url, secrets.redis_token, deadline_s=5)
        fast = FastPath(redis, lambda: Seal(secrets.seal_keys), "test")
        return fast.reserve(item["pk"], int(item["started"]), f"i-{number}", now + 300_000, 20, None, now)[1]

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(reserve, range(30)))
    assert (outcomes.count("held"), outcomes.count("full")) == (20, 10)
