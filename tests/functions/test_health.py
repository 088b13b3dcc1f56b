"""GET /health."""

import pytest

from bedside import __version__
from tests.fakes.hostile import refused
from tests.functions.clinic import Clinic


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
