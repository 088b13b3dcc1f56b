"""The runbook says what the domains' alarms say."""

from local.runbook_page import PAGE, page


def test_the_page_is_the_alarms() -> None:
    """`make docs` was run after the last change."""
    assert PAGE.read_text() == page()
