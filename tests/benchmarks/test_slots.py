"""The free times of a month: both ways find the same, ours with one request."""

from benchmarks import slots
from tests.threads import in_a_thread


def test_a_month_is_measured() -> None:
    """Of a busy practitioner, who has some time left."""
    found = in_a_thread(lambda: slots.measure(again=1))
    assert (found.requests, found.slots > 50, found.visits > 250) == (1, True, True)
    assert "query and loop" in slots.section(found)
