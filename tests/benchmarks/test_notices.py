"""What telling people costs: both ways tell everybody once."""

from benchmarks import notices
from tests.threads import in_a_thread


def test_notices_are_measured() -> None:
    """Ours keeps a record, and asks before it tells."""
    found = in_a_thread(lambda: notices.measure(count=5))
    assert (found.requests, found.peers_requests) == (11, 3)
    assert "jobs in Redis" in notices.section(found)
