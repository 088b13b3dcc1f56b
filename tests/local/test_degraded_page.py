"""The page about life without Redis says what the manifests say."""

from local.degraded_page import PAGE, page


def test_the_page_is_the_manifests() -> None:
    """`make docs` was run after the last change."""
    assert PAGE.read_text() == page()
