"""GET /health."""

import pytest

from bedside import __version__
from tests.fakes.hostile import refused
from tests.functions.clinic import Clinic
from tests.functions.line import Line


def test_all_is_well(clinic: Clinic) -> None:
    """The example event, without any token."""
    answer = clinic.call("health")
    assert answer.status == 200
    assert answer.json | {"timestamp": ""} == {"status": "ok", "redis": "up", "version": __version__, "timestamp": ""}


class TestWithoutRedis:
    """A stack whose Redis is away serves on."""

    @pytest.fixture
    def redis_url(self) -> str:
        return refused()

    def test_it_says_so(self, clinic: Clinic) -> None:
        """Still 200: degraded."""
        answer = clinic.call("health")
        assert answer.status == 200
        assert (answer.json["status"], answer.json["redis"]) == ("degraded", "open")


class TestStates:
    """What `redis` says while it goes and comes."""

    @pytest.fixture
    def line(self, clinic: Clinic, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Line:  # noqa: ARG002  # made first
        return Line(redis_url, monkeypatch)

    def state(self, clinic: Clinic) -> str:
        answer = clinic.call("health")
        assert answer.status == 200
        assert answer.json["status"] == ("ok" if answer.json["redis"] == "up" else "degraded")
        return str(answer.json["redis"])

    def test_up_open_probing_up(self, clinic: Clinic, line: Line) -> None:
        """Open from the first failure on, without asking from the third on; the probe's answer is believed at once."""
        now = [0.0]
        breaker = clinic.wiring.platform.redis._breaker  # noqa: SLF001  # its clock
        breaker._clock = lambda: now[0]  # noqa: SLF001  # as above
        assert self.state(clinic) == "up"
        line.cut = True
        assert [self.state(clinic) for _ in range(5)] == ["open"] * 5
        assert line.tries == 1 + 3
        now[0] += 5
        assert breaker.admits()  # somebody's call is the probe, and under way
        assert self.state(clinic) == "probing"
        assert line.tries == 1 + 3
        breaker.failed()
        assert self.state(clinic) == "open"
        line.cut = False
        now[0] += 5
        assert self.state(clinic) == "up"

    def test_a_success_between_failures_is_up(self, clinic: Clinic, line: Line) -> None:
        """It says how Redis is now."""
        for cut in (True, True, False, True, True, False):
            line.cut = cut
            assert self.state(clinic) == ("open" if cut else "up")
