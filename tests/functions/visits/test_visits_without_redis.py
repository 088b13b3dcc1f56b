"""Redis away during a visit: it goes on, each token is given once, and no call asks the record more for it."""

import time
from collections.abc import Callable, Iterator

import pytest

from bedside.adapters.redis.client import Redis, RedisError, Reply
from tests.fakes.hostile import hostile, refused
from tests.functions.clinic import Clinic, module, refusal
from tests.functions.line import Line
from tests.functions.platform.test_redis_states import Watch, fail
from tests.functions.platform.test_without_redis import AWAY
from tests.functions.surgery import MINUTE, Surgery


def fetch(surgery: Surgery, token: str, joining: str) -> int:
    """Fetch the token of a joining; gives the status."""
    return surgery.ask("token", token, query={"joining": joining}).status


class TestAway:
    """However Redis is away."""

    @pytest.fixture(params=AWAY)
    def redis_url(self, request: pytest.FixtureRequest) -> Iterator[str]:
        behaviour = AWAY[request.param]
        if behaviour is None:
            yield refused()
        else:
            with hostile(behaviour) as origin:
                yield origin

    @pytest.fixture(autouse=True)
    def deadline(self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BEDSIDE_REDIS_DEADLINE_MS", "100")
        assert clinic.wiring.platform.settings.redis_deadline_s == 0.1

    def test_a_whole_visit_goes_on(self, surgery: Surgery) -> None:
        """Book, list, watch, join, fetch, start, write, end, sum up: the contract's answers, in time."""
        started = time.monotonic()
        assert surgery.clinic.call("visits_watch", {}, token=surgery.patient).status == 200
        for token in (surgery.patient, surgery.practitioner):
            listed = surgery.clinic.call("visits_page", token=token, query={"view": "all"}).json["visits"]
            assert [visit["visitId"] for visit in listed] == [surgery.visit_id]
            joining = surgery.join(token)
            assert (fetch(surgery, token, joining), fetch(surgery, token, joining)) == (200, 404)
        assert surgery.look()["state"] == "inProgress"
        assert surgery.done("start", surgery.practitioner, {})["state"] == "inProgress"
        assert (
            surgery.write_notes(dict.fromkeys(surgery.done("notes", surgery.practitioner), "Well."), '"0"').status
            == 200
        )
        surgery.at(MINUTE)
        assert surgery.done("end", surgery.practitioner, {})["outcome"] == "completed"
        assert surgery.done("summary", surgery.patient)["durationSeconds"] == 60
        refusal(surgery.ask("join", surgery.patient, {}), 409, "wrong-state")
        assert time.monotonic() - started < 30


@pytest.fixture
def line(surgery: Surgery, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line(redis_url, monkeypatch)
    life(surgery, line)  # the scripts and the people are known from here on
    line.spent()
    return line


@pytest.fixture
def watch(clinic: Clinic) -> Watch:
    return Watch(clinic)


def life(surgery: Surgery, line: Line) -> dict[str, tuple[int, int]]:
    """Live a whole visit; gives what each call cost."""
    costs: dict[str, tuple[int, int]] = {}

    def note[Given](step: str, call: Callable[[], Given]) -> Given:
        line.spent()
        given = call()
        costs[step] = line.spent()
        return given

    visit = note("book", surgery.book)
    surgery.visit_id = visit["visitId"]
    note("list", lambda: surgery.clinic.call("visits_page", token=surgery.patient, query={"view": "all"}))
    note("watch", lambda: surgery.clinic.call("visits_watch", {}, token=surgery.patient))
    joining = note("join", lambda: surgery.join(surgery.patient))
    assert note("fetch", lambda: fetch(surgery, surgery.patient, joining)) == 200
    assert note("fetch again", lambda: fetch(surgery, surgery.patient, joining)) == 404
    note("look", surgery.look)
    note("start", lambda: surgery.done("start", surgery.practitioner, {}))
    note("end", lambda: surgery.done("end", surgery.practitioner, {}))
    note("summary", lambda: surgery.done("summary", surgery.patient))
    return costs


def test_an_open_breaker_costs_no_request(
    surgery: Surgery,
    line: Line,
    watch: Watch,  # noqa: ARG001  # it stands still
) -> None:
    """Each call does what it does with Redis, and asks the record no more than with it."""
    healthy = life(surgery, line)
    # The visit, and the patient's name of the directory.
    assert (healthy["look"], healthy["fetch"]) == ((1, 2), (2, 2))
    line.cut = True
    fail(surgery.clinic)
    away = life(surgery, line)
    assert {step: tries for step, (tries, _) in away.items()} == dict.fromkeys(away, 0)
    assert {step: records for step, (_, records) in away.items()} == {step: each[1] for step, each in healthy.items()}


def test_a_token_is_given_once_by_all_processes(
    surgery: Surgery,
    line: Line,
    watch: Watch,  # noqa: ARG001  # it stands still
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The record says that it was fetched, whoever gave it."""
    surgery.visit_id = surgery.book()["visitId"]
    line.cut = True
    fail(surgery.clinic)
    joining = surgery.join(surgery.patient)
    assert fetch(surgery, surgery.patient, joining) == 200
    # Another environment, which has kept nothing; the provider and the schedules are the same.
    here, there = surgery.clinic.wiring, surgery.clinic.another_process(monkeypatch, "visits")
    there.visits.__dict__.update(rooms=here.visits.rooms, scheduler=here.visits.scheduler)
    assert module("visits").wiring is there.visits
    assert fetch(surgery, surgery.patient, joining) == 404
    again = surgery.join(surgery.patient)
    here.serve(monkeypatch, "visits")
    assert (fetch(surgery, surgery.patient, again), fetch(surgery, surgery.patient, again)) == (200, 404)


@pytest.mark.parametrize("away", ["joining", "fetching", "fetching again"])
def test_redis_comes_and_goes_in_between(surgery: Surgery, line: Line, watch: Watch, away: str) -> None:
    """Whatever it was told or missed: a token is there within its minute, once."""
    surgery.visit_id = surgery.book()["visitId"]
    found: dict[str, object] = {}
    for step, call in (
        ("joining", lambda: surgery.join(surgery.patient)),
        ("fetching", lambda: fetch(surgery, surgery.patient, str(found["joining"]))),
        ("fetching again", lambda: fetch(surgery, surgery.patient, str(found["joining"]))),
    ):
        line.cut = step == away
        watch.now += 5
        fail(surgery.clinic) if line.cut else surgery.clinic.call("health")
        found[step] = call()
    assert (found["fetching"], found["fetching again"]) == (200, 404)


def test_a_redis_that_has_lost_everything(surgery: Surgery) -> None:
    """What it does not have is made anew, for as long as it would have been kept."""
    joining, late = surgery.join(surgery.patient), surgery.join(surgery.practitioner)
    surgery.clinic.wiring.platform.redis.execute("FLUSHALL")
    assert (fetch(surgery, surgery.patient, joining), fetch(surgery, surgery.patient, joining)) == (200, 404)
    surgery.at(MINUTE)
    assert fetch(surgery, surgery.practitioner, late) == 404


def test_a_fetch_whose_answer_from_redis_is_lost_is_answered_from_the_record(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis has let go of the token; the record stands in, once."""
    joining, execute = surgery.join(surgery.patient), Redis.execute

    def losing(redis: Redis, *command: str | int) -> Reply:
        reply = execute(redis, *command)
        if command[0] == "GETDEL":
            raise RedisError("its answer was lost")
        return reply

    monkeypatch.setattr(Redis, "execute", losing)
    assert (fetch(surgery, surgery.patient, joining), fetch(surgery, surgery.patient, joining)) == (200, 404)
