"""Redis goes, is tried, and comes back: what each call costs meanwhile, what is told, and what is forgotten."""

import io
import json
from typing import Any

import pytest

from tests.functions.clinic import NAME, Clinic, refusal
from tests.functions.line import Line, counted


class Watch:
    """The breaker's clock, which goes on only when told to."""

    def __init__(self, clinic: Clinic) -> None:
        self.now = 1000.0
        clinic.wiring.platform.redis._breaker._clock = lambda: self.now  # noqa: SLF001  # the one clock that is no wiring's


@pytest.fixture
def line(clinic: Clinic, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line(redis_url, monkeypatch)
    clinic.validate("any")  # the scripts are known from here on
    clinic.phone("ENC-WARM")
    line.spent()
    return line


@pytest.fixture
def watch(clinic: Clinic) -> Watch:
    return Watch(clinic)


def fail(clinic: Clinic, times: int = 3) -> None:
    """Let calls find that Redis is away."""
    for _ in range(times):
        assert clinic.call("health").json["redis"] != "up"


def test_the_fourth_call_does_not_ask(clinic: Clinic, line: Line, watch: Watch) -> None:  # noqa: ARG001  # it stands
    """Three calls find Redis away; from then on each costs one request to the record and none to Redis."""
    token = clinic.open()["token"]
    clinic.validate(token)
    assert line.spent()
    line.cut = True
    for _ in range(3):
        assert clinic.validate(token).json["patientName"] == NAME
    assert line.spent() == (3, 3)
    for _ in range(10):
        assert clinic.validate(token).status == 200
    assert line.spent() == (0, 10)


def test_a_probe_finds_redis_back(clinic: Clinic, line: Line, watch: Watch) -> None:
    """After five seconds one call tries; where that fails the others do without for five more."""
    token = clinic.open()["token"]
    line.cut = True
    fail(clinic)
    line.spent()
    for _ in range(3):
        watch.now += 5
        clinic.validate(token)
        clinic.validate(token)
        assert line.spent() == (1, 2)
    line.cut = False
    watch.now += 4.9
    clinic.validate(token)
    assert line.spent() == (0, 1)
    watch.now += 0.1
    assert clinic.validate(token).status == 200
    line.spent()
    assert clinic.validate(token).status == 200
    assert line.spent() == (1, 0)


def job(clinic: Clinic, line: Line, encounter: str) -> dict[str, tuple[int, int]]:
    """Do what a clinic does with one encounter; gives what each call cost."""
    clinic.encounter = encounter
    costs: dict[str, tuple[int, int]] = {}
    phone, clinician = "", clinic.clinician()
    admin = clinic.member("FAC001", ("facilityAdmin",))
    path = {"encounterId": encounter, "imageId": "a"}
    clinic.call("live_ticket", token=clinician)  # remembers who calls, as in all but the first call
    clinic.call("users_page", token=admin)

    def note(step: str) -> None:
        costs[step] = line.spent()

    line.spent()
    opened = clinic.open()
    note("open")
    phone = clinic.scan(opened["token"])
    note("scan")
    granted = clinic.ask(phone, "a")
    note("ask")
    clinic.store(granted.json["s3Key"])
    line.spent()
    assert clinic.notify(phone, granted.json["s3Key"]).status == 201
    note("notify")
    assert clinic.notify(phone, granted.json["s3Key"]).status == 200
    note("notify again")
    clinic.look()
    note("list")
    assert clinic.call("image_update", token=clinician, path=path).status == 200
    note("describe")
    assert clinic.call("image_delete", token=phone, path=path).status == 200
    note("delete")
    refusal(clinic.ask(phone, "a"), 404, "image-deleted")
    note("ask for the deleted")
    assert clinic.call("live_ticket", {"encounterId": encounter}, token=clinician).status == 200
    note("ticket")
    assert clinic.call("session_end", token=clinician, path={"encounterId": encounter}).status == 204
    note("end")
    refusal(clinic.validate(opened["token"]), 404, "token-expired-or-invalid")
    note("scan after the end")
    assert clinic.call("otp_send", {"phone": clinic.number(encounter)}).status == 202
    note("send")
    assert (
        clinic.verify(clinic.number(encounter), clinic.wiring.identity.sms.code_for(clinic.number(encounter))).status
        == 200
    )
    note("verify")
    assert clinic.call("users_page", token=admin).status == 200
    note("users")
    return costs


def test_an_open_breaker_costs_one_request_to_the_record_at_most(
    clinic: Clinic,
    line: Line,
    watch: Watch,  # noqa: ARG001  # it stands still
) -> None:
    """Each call of the job does what it does with Redis, plus one request to DynamoDB, and none to Redis."""
    job(clinic, line, "ENC-FIRST")  # every script is known after it
    healthy = job(clinic, line, "ENC-HEALTHY")
    line.cut = True
    fail(clinic)
    away = job(clinic, line, "ENC-AWAY")
    assert {step: tries for step, (tries, _) in away.items()} == dict.fromkeys(away, 0)
    more = {step: away[step][1] - records for step, (_, records) in healthy.items()}
    assert max(more.values()) == 1, more
    assert min(more.values()) >= -1, more
    assert (healthy["scan"], healthy["ask"]) == ((2, 1), (1, 0))
    assert (away["scan"], away["ask"]) == ((0, 1), (0, 1))


def lines(logged: io.StringIO, message: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, logged.getvalue().splitlines()) if line["message"] == message]


def test_every_change_is_told(
    clinic: Clinic, line: Line, watch: Watch, logged: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line and a metric when Redis goes, is tried, goes again and is back; with shares, rate and latency."""
    for _ in range(2):
        assert clinic.call("health").json["redis"] == "up"
    capsys.readouterr()
    logged.truncate(0)
    logged.seek(0)
    line.cut = True
    fail(clinic, 3 + 4)
    watch.now += 5
    fail(clinic, 1)
    line.cut = False
    watch.now += 5
    assert clinic.call("health").json["redis"] == "up"
    changes = lines(logged, "redis changed")
    assert [(change["before"], change["after"]) for change in changes] == [
        ("up", "open"),
        ("open", "probing"),
        ("probing", "open"),
        ("open", "probing"),
        ("probing", "up"),
    ]
    assert all(change["level"] == "WARNING" for change in changes)
    first, second, third, _, last = changes
    assert 0 < first["error_rate"] < 1
    assert first["error_rate"] == round(3 / first["calls"], 3)
    assert first["fallback_share"] == 0
    assert 0 < first["latency_ms"] < 2000
    assert (second["calls"], second["fallback_share"], second["error_rate"]) == (0, 1.0, 0.0)
    assert (third["calls"], third["fallback_share"], third["error_rate"]) == (1, 0.0, 1.0)
    assert (last["calls"], last["error_rate"]) == (1, 0.0)
    sums = counted(capsys.readouterr().out)
    assert {name: sums[name] for name in ("RedisOpen", "RedisProbe", "RedisUp", "RedisFallback", "RedisFailure")} == {
        "RedisOpen": 2,
        "RedisProbe": 2,
        "RedisUp": 1,
        "RedisFallback": 4,
        "RedisFailure": 4,
    }
    assert len(lines(logged, "redis failed")) == 4


def test_what_was_counted_here_is_forgotten_when_redis_is_back(clinic: Clinic, line: Line, watch: Watch) -> None:
    """Redis counts for everybody again, from what it knew before."""
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    patient = clinic.member("FAC001", ("patient",))
    left = [clinic.call("users_profile", token=patient).headers["ratelimit"] for _ in range(2)]
    line.cut = True
    left += [clinic.call("users_profile", token=patient).headers["ratelimit"] for _ in range(5)]
    line.cut = False
    watch.now += 5
    left += [clinic.call("users_profile", token=patient).headers["ratelimit"] for _ in range(2)]
    line.cut = True
    left += [clinic.call("users_profile", token=patient).headers["ratelimit"]]
    remaining = [29, 28, *range(29, 24, -1), 27, 26, 29]
    assert left == [f'"profile";r={number};t=300' for number in remaining]


def test_what_redis_missed_is_not_believed_over_the_record(clinic: Clinic, line: Line, watch: Watch) -> None:
    """A photo that was deleted meanwhile never comes back; after a minute nothing of the old view is left."""
    opened = clinic.open()
    phone = clinic.scan(opened["token"])
    key = clinic.add(phone, "a")
    line.cut = True
    fail(clinic)
    path = {"encounterId": clinic.encounter, "imageId": "a"}
    assert clinic.call("image_delete", token=phone, path=path).status == 200
    line.cut = False
    watch.now += 5
    assert clinic.call("health").json["redis"] == "up"
    refusal(clinic.notify(phone, key), 404, "image-deleted")
    clinic.wiring.ahead_ms += 60_000
    refusal(clinic.ask(phone, "a"), 404, "image-deleted")
    assert clinic.validate(opened["token"]).json["imageCount"] == 0


def test_a_session_that_redis_saw_no_end_of_is_over_within_a_minute(clinic: Clinic, line: Line, watch: Watch) -> None:
    """Its code opens nothing, and no place is given in it; until then nothing can be added to it."""
    opened = clinic.open()
    phone = clinic.scan(opened["token"])
    key = clinic.upload(phone, "a")
    line.cut = True
    fail(clinic)
    assert clinic.call("session_end", token=clinic.clinician(), path={"encounterId": clinic.encounter}).status == 204
    line.cut = False
    watch.now += 5
    assert clinic.call("health").json["redis"] == "up"
    refusal(clinic.notify(phone, key), 404, "session-not-found")
    clinic.wiring.ahead_ms += 60_000
    refusal(clinic.validate(opened["token"]), 404, "token-expired-or-invalid")
    refusal(clinic.ask(phone, "b"), 404, "session-not-found")
