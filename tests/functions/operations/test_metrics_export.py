"""GET /metrics."""

import pytest

from bedside import __version__
from tests.fakes.hostile import refused
from tests.functions.clinic import SCRAPE_TOKEN, Clinic, refusal


def scraped(clinic: Clinic) -> dict[str, str]:
    """Give the samples by name, of a text in which each has its help and its type."""
    answer = clinic.call("metrics_export", token=SCRAPE_TOKEN)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    samples = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert len(lines) == 3 * len(samples)
    return samples


def test_what_is_counted_is_exported(clinic: Clinic) -> None:
    """In all facilities, by the names that counters have elsewhere; and nothing else."""
    clinic.wiring.stopped_ms = clinic.wiring.now_ms()
    clinic.open("ENC-1")
    clinic.open("ENC-2")
    clinic.member("FAC002", ("clinician",), phone="+64215550177")
    clinic.sign_in("+64215550177")
    assert scraped(clinic) == {
        f'bedside_info{{version="{__version__}"}}': "1",
        "bedside_redis_up": "1",
        "bedside_codes_sent_total": "1",
        "bedside_photos_arrived_total": "0",
        "bedside_sessions_opened_total": "2",
        "bedside_sign_ins_total": "1",
    }


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", f"Basic {SCRAPE_TOKEN}", SCRAPE_TOKEN, f"Bearer {SCRAPE_TOKEN}x", "Bearer \ud800"],
)
def test_only_the_scrape_token_reads_it(clinic: Clinic, authorization: str | None) -> None:
    """Whatever else is sent, and whoever is signed in."""
    answer = clinic.call("metrics_export", headers={"authorization": authorization})
    refusal(answer, 401, "unauthorized")
    refusal(clinic.call("metrics_export", token=clinic.clinician()), 401, "unauthorized")


class TestWithoutRedis:
    """Nothing is counted then."""

    @pytest.fixture
    def redis_url(self) -> str:
        return refused()

    def test_it_says_so(self, clinic: Clinic) -> None:
        """Still 200: a scrape that fails would look like an outage."""
        assert scraped(clinic) == {f'bedside_info{{version="{__version__}"}}': "1", "bedside_redis_up": "0"}
