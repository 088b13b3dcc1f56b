"""GET /admin/counters, and what is counted: each thing once, where the record says that it happened first."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Upstash
from tests.fakes.aws_calls import listen
from tests.functions.clinic import PSEUDONYM_KEY, Clinic, refusal
from tests.functions.identity.test_users import admin, system_admin
from tests.functions.line import Line
from tests.functions.platform.test_redis_states import Watch

NOTHING = {"sessionsOpened": 0, "photosArrived": 0, "signIns": 0}


def look(clinic: Clinic, token: str, **query: str) -> Any:
    answer = clinic.call("users_counters", token=token, query=query)
    assert answer.status == 200, answer
    return answer.json


def counted(clinic: Clinic, facility: str | None = "FAC001") -> dict[str, int]:
    """Give what this hour and this day have, which is the same."""
    query = {"facilityId": facility} if facility else {}
    found = look(clinic, system_admin(clinic), hours="48", days="90", **query)
    assert found["facilityId"] == facility
    assert found["complete"] is True
    sums = [
        {name: sum(span[name] for span in found[unit]) for name in found[unit][0] if name != "at"}
        for unit in ("hours", "days")
    ]
    assert sums[0] == sums[1]
    return sums[0]


def test_a_clinics_day(clinic: Clinic) -> None:
    """Everything is counted once, however often it is said; other facilities count for themselves."""
    clinic.member("FAC001", ("clinician",), phone="+64215550177")
    clinic.sign_in("+64215550177")
    clinic.sign_in("+64215550178")
    opened = clinic.open()
    clinic.open()
    phone = clinic.scan(opened["token"])
    for image_id in "ab":
        key = clinic.add(phone, image_id)
        clinic.notify(phone, key)
        clinic.watch(key)
    key = clinic.upload(phone, "c")
    clinic.watch(key)
    clinic.watch(key)
    clinic.notify(phone, key, metadata={"notes": "sore"})
    path = {"encounterId": clinic.encounter}
    assert clinic.call("session_end", token=clinic.clinician(), path=path).status == 204
    clinic.open()
    assert counted(clinic) == {"sessionsOpened": 2, "photosArrived": 3, "signIns": 1}
    assert counted(clinic, "FAC002") == NOTHING
    # The second who signed in belongs to no facility.
    assert counted(clinic, None) == {"sessionsOpened": 2, "photosArrived": 3, "signIns": 2, "codesSent": 2}


def test_at_the_same_instant_too(clinic: Clinic) -> None:
    """Two calls of one millisecond are two calls: only one of them brought the photo."""
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    opened = clinic.open()
    clinic.open()
    phone = clinic.scan(opened["token"])
    key = clinic.upload(phone, "a")
    assert [clinic.notify(phone, key).status for _ in range(3)] == [201, 200, 200]
    key = clinic.upload(phone, "b")
    for _ in range(3):
        clinic.watch(key)
    assert counted(clinic) == {"sessionsOpened": 1, "photosArrived": 2, "signIns": 0}


def test_what_fails_is_not_counted(clinic: Clinic) -> None:
    """Wrong codes, refused sessions, photos that never came, codes within the cool-down."""
    number = "+64215550177"
    clinic.send(number)
    assert clinic.call("otp_send", {"phone": number}).status == 202
    assert clinic.verify(number, "000000").status == 401
    clinic.open()
    assert clinic.try_to_open(patientId="PAT-9").status == 409
    assert clinic.try_to_open(facilityId="FAC002").status == 403
    phone = clinic.phone()
    refusal(clinic.notify(phone, clinic.ask(phone, "a").json["s3Key"]), 409, "not-uploaded")
    assert counted(clinic, None) == {"sessionsOpened": 1, "photosArrived": 0, "signIns": 0, "codesSent": 1}


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem"])
def test_what_the_record_did_not_take_is_not_counted(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    """503, and nothing happened."""
    phone = clinic.phone()
    key = clinic.upload(phone, "a")
    clinician, calls = clinic.clinician(), listen(monkeypatch)
    calls.fail(operation, "ThrottlingException", [])
    if operation == "PutItem":
        body = {"encounterId": "ENC-2", "patientId": "PAT-2002", "facilityId": "FAC001"}
        assert clinic.call("session_create", body, token=clinician).status == 503
    else:
        assert clinic.notify(phone, key).status == 503
    calls.mend()
    assert counted(clinic) == NOTHING | {"sessionsOpened": 1}


def test_counting_costs_at_most_one_request_more(clinic: Clinic, upstash: Upstash) -> None:
    """None where a call makes one after its write anyway; reading is one, beside the limit's."""

    def spent(call: Callable[[], Any]) -> int:
        before = upstash.requests()
        call()
        return upstash.requests() - before

    def everything(encounter: str, number: str) -> list[int]:
        clinic.encounter = encounter
        phone = clinic.phone()
        keys = [clinic.upload(phone, image_id) for image_id in "ab"]
        costs = [
            spent(lambda: clinic.open(f"{encounter}-2")),
            spent(lambda: clinic.open(f"{encounter}-2")),
            spent(lambda: clinic.notify(phone, keys[0])),
            spent(lambda: clinic.watch(keys[1])),
            spent(lambda: clinic.send(number)),
        ]
        code = clinic.wiring.identity.sms.code_for(number)
        return [*costs, spent(lambda: clinic.verify(number, code)), spent(lambda: counted(clinic))]

    everything("ENC-1", "+64215550177")  # every script is known after it
    assert everything("ENC-2", "+64215550178") == [2, 2, 1, 2, 2, 2, 2]


def test_an_hour_and_a_day_pass(clinic: Clinic) -> None:
    """What is counted stays in its hour and its day; spans are told oldest first, in UTC."""
    hour = 3_600_000
    # Half past some hour of a day in the future: Redis forgets by its own clock.
    clinic.wiring.stopped_ms = (clinic.wiring.now_ms() // (24 * hour) + 2) * 24 * hour + 9 * hour + hour // 2
    clinic.open()
    clinic.wiring.ahead_ms += hour
    found = look(clinic, admin(clinic), hours="3", days="2")
    assert [(span["at"][11:], span["sessionsOpened"]) for span in found["hours"]] == [
        ("08:00:00.000Z", 0),
        ("09:00:00.000Z", 1),
        ("10:00:00.000Z", 0),
    ]
    assert [(span["at"][10:], span["sessionsOpened"]) for span in found["days"]] == [
        ("T00:00:00.000Z", 0),
        ("T00:00:00.000Z", 1),
    ]


def test_whose_counters_they_are(clinic: Clinic) -> None:
    """A facility's administrator is told of their own, the system's of any and of all."""
    clinic.open()
    theirs = clinic.member("FAC002", ("facilityAdmin",))
    assert look(clinic, theirs)["facilityId"] == "FAC002"
    assert {span["sessionsOpened"] for span in look(clinic, theirs)["hours"]} == {0}
    assert look(clinic, theirs, facilityId="FAC002")["facilityId"] == "FAC002"
    refusal(clinic.call("users_counters", token=theirs, query={"facilityId": "FAC001"}), 403, "forbidden")
    assert look(clinic, admin(clinic))["hours"][-1]["sessionsOpened"] == 1
    everybody = look(clinic, system_admin(clinic))
    assert everybody["facilityId"] is None
    assert (len(everybody["hours"]), len(everybody["days"])) == (24, 14)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"hours": "49"}, "hours"),
        ({"hours": "-1"}, "hours"),
        ({"hours": "1e1"}, "hours"),
        ({"hours": "٣"}, "hours"),
        ({"hours": "9" * 5000}, "hours"),
        ({"hours": ""}, "hours"),
        ({"days": "91"}, "days"),
        ({"days": "1.5"}, "days"),
        ({"facilityId": "."}, "facilityId"),
        ({"facilityId": "x" * 65}, "facilityId"),
    ],
)
def test_what_cannot_be_asked_for(clinic: Clinic, query: dict[str, str], field: str) -> None:
    """422 that names the field, also for the system's administrators."""
    answer = clinic.call("users_counters", token=system_admin(clinic), query=query)
    refusal(answer, 422, "invalid-request")
    assert [fault["field"] for fault in answer.json["errors"]] == [field]


def test_without_redis_there_are_no_numbers(clinic: Clinic, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """200, not complete, rather than numbers that one process happens to know; what happened then is lost."""
    clinic.open("ENC-1")
    line, watch = Line(redis_url, monkeypatch), Watch(clinic)
    line.cut = True
    clinic.open("ENC-2")
    assert look(clinic, admin(clinic)) == {"facilityId": "FAC001", "complete": False, "hours": [], "days": []}
    line.cut = False
    watch.now += 5
    assert counted(clinic) == NOTHING | {"sessionsOpened": 1}


def test_no_facility_stands_in_redis(clinic: Clinic) -> None:
    """Nor anybody's number; only how much there was of what."""
    clinic.sign_in("+64215550177")
    clinic.open()
    keys = clinic.wiring.platform.redis.execute("KEYS", "*:count:*")
    assert isinstance(keys, list)
    assert len(keys) == 4
    held = str(keys) + str([clinic.wiring.platform.redis.execute("HGETALL", str(key)) for key in keys])
    for secret in ("FAC001", "5550177", PSEUDONYM_KEY.decode()):
        assert secret not in held
