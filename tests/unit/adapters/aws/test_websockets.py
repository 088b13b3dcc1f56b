"""Messages to browsers: who got them, who is gone, who could not be reached, and in how much time."""

import time

import pytest

from bedside.adapters.aws.websockets import Sockets
from bedside.kernel import invocation
from tests.conftest import REGION
from tests.fakes.hostile import hostile, refused, resetting, saying
from tests.fakes.invocation import Invocation
from tests.fakes.management import management
from tests.fakes.parameter_store import ACCESS_KEY, SECRET_KEY


@pytest.fixture(autouse=True)
def role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign as the example role."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def test_everyone_hears_the_message() -> None:
    """Each connection gets the text as it is; ids may hold what API Gateway puts there."""
    with management() as api:
        sockets = Sockets(api.endpoint, REGION)
        assert sockets.send(["here=1", "here/2"], '{"naïve":"💉"}') == ([], 0)
        assert api.heard == {"here=1": ['{"naïve":"💉"}'], "here/2": ['{"naïve":"💉"}']}
        assert sockets.send([], "x") == ([], 0)


def test_the_gone_are_told_from_the_failing() -> None:
    """A 410 names a connection that left; another failure is only counted, and nobody else misses the message."""
    with management() as api:
        gone, failed = Sockets(api.endpoint, REGION).send(["gone-1", "broken-1", "here-1", "gone-2"], "x")
        assert (gone, failed) == (["gone-1", "gone-2"], 1)
        assert set(api.heard) == {"here-1"}


def test_a_slow_connection_is_given_up() -> None:
    """An API that does not answer costs a second, without a second try."""
    with management(slow_s=20) as api:
        started = time.monotonic()
        assert Sockets(api.endpoint, REGION).send(["slow-1", "slow-2", "here-1"], "x") == ([], 2)
        assert time.monotonic() - started < 15


def test_nothing_is_sent_without_time_for_an_answer() -> None:
    """Whoever is not told catches up; the call that made the change still answers."""
    with management() as api:
        sockets = Sockets(api.endpoint, REGION)
        invocation.begin(Invocation(remaining_ms=2499))
        assert sockets.send(["here-1", "here-2"], "x") == ([], 2)
        assert api.heard == {}
        invocation.begin(Invocation(remaining_ms=2500))
        assert sockets.send(["here-1"], "x") == ([], 0)
        assert set(api.heard) == {"here-1"}


def test_an_api_that_is_away_fails_all() -> None:
    """Refused, reset or nonsense: every connection counts as failed, and nothing is raised."""
    assert Sockets(f"{refused()}/live", REGION).send(["a", "b"], "x") == ([], 2)
    with hostile(resetting) as origin:
        assert Sockets(f"{origin}/live", REGION).send(["a"], "x") == ([], 1)
    with hostile(saying(b"nonsense\r\n\r\n")) as origin:
        assert Sockets(f"{origin}/live", REGION).send(["a"], "x") == ([], 1)
