"""The same thing is submitted once in five minutes, unless its work failed."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from bedside.adapters.redis.client import Redis
from bedside.kernel.errors import DuplicateSubmissionError
from bedside.platform.transient.submissions import Submissions
from tests.conftest import Upstash
from tests.fakes.switched_redis import SwitchedRedis

NOW = 1_795_228_312_345
BODY = {"user_id": "u", "reason": "Known to me."}


class Desk:
    """One process, and what it has done."""

    def __init__(self, upstash: Upstash) -> None:
        self.redis = SwitchedRedis(upstash.url, upstash.token, deadline_s=20)
        self.submissions = Submissions(self.redis, "test", b"key")

    def submit(self, caller: str = "me", call: str = "force", now: int = NOW, **body: Any) -> bool:
        """Tell whether the work was done."""
        try:
            with self.submissions.once(caller, call, BODY | body, now):
                return True
        except DuplicateSubmissionError:
            return False

    def fail(self) -> None:
        """Submit what cannot be done."""
        with pytest.raises(KeyError), self.submissions.once("me", "force", BODY, NOW):
            raise KeyError


@pytest.fixture
def desk(upstash: Upstash, redis: Redis) -> Desk:  # noqa: ARG001  # it empties the database
    return Desk(upstash)


AWAY = pytest.mark.parametrize("away", [False, True], ids=["redis", "process"])


@AWAY
def test_the_same_is_done_once(desk: Desk, away: bool) -> None:  # noqa: FBT001  # parametrised
    """Another caller, call or body is another submission; the order of a body's fields says nothing."""
    desk.redis.away = away
    assert desk.submit()
    assert [desk.submit() for _ in range(3)] == [False] * 3
    assert desk.submit(caller="another")
    assert desk.submit(call="review")
    assert desk.submit(reason="Another one.")
    with pytest.raises(DuplicateSubmissionError), desk.submissions.once("me", "force", dict(reversed(BODY.items())), 0):
        pass


@AWAY
def test_what_failed_can_be_tried_again(desk: Desk, away: bool) -> None:  # noqa: FBT001  # parametrised
    """And is guarded again once it is done; a duplicate releases nothing."""
    desk.redis.away = away
    desk.fail()
    assert [desk.submit() for _ in range(3)] == [True, False, False]


def test_it_is_known_for_five_minutes(desk: Desk, redis: Redis) -> None:
    """In Redis by its own clock, in the process by ours; duplicates do not make it longer."""
    desk.submit()
    [key] = cast("list[str]", redis.execute("KEYS", "*"))
    assert re.fullmatch("bedside:test:submission:[0-9a-f]{32}", key)
    assert 290_000 < cast("int", redis.execute("PTTL", key)) <= 300_000
    desk.redis.away = True
    assert desk.submit()
    assert not desk.submit(now=NOW + 299_999)
    assert desk.submit(now=NOW + 300_000)


def test_a_submission_is_one_request(desk: Desk) -> None:
    """One more only where the work fails."""
    before = desk.redis.requests
    desk.submit()
    desk.submit()
    assert desk.redis.requests - before == 2
    with pytest.raises(KeyError), desk.submissions.once("me", "other", BODY, NOW):
        raise KeyError
    assert desk.redis.requests - before == 4


def test_of_many_at_once_one_is_done(upstash: Upstash, desk: Desk) -> None:  # noqa: ARG001  # it empties the database
    """A double press that reaches two processes is done by one."""
    desks = [Desk(upstash) for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(Desk.submit, desks)) == 1


def test_a_failure_that_redis_was_not_told_of_is_remembered_here(desk: Desk) -> None:
    """Redis went away in the midst of the work: back again it still knows the submission, and this process better."""

    def work() -> None:
        with desk.submissions.once("me", "force", BODY, NOW):
            desk.redis.away = True
            raise KeyError

    with pytest.raises(KeyError):
        work()
    desk.redis.away = False
    desk.submissions.discard_local()
    assert [desk.submit() for _ in range(2)] == [True, False]


def test_what_was_noted_here_is_forgotten_when_redis_is_back(desk: Desk) -> None:
    """Redis then knows for everybody, from what it was told."""
    desk.redis.away = True
    assert desk.submit()
    desk.redis.away = False
    desk.submissions.discard_local()
    assert [desk.submit() for _ in range(2)] == [True, False]


@pytest.mark.parametrize("reply", [7, [], "what"], ids=str)
def test_an_odd_reply_refuses_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch, reply: Any) -> None:
    """Only Redis's own word for "known already" does."""
    monkeypatch.setattr(Redis, "execute", lambda *_: reply)
    assert [desk.submit() for _ in range(2)] == [True, True]
