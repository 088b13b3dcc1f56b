"""docs/commits.md is the table of states."""

from pathlib import Path

from local.commits_page import PAGE, main, page


def test_the_page_is_of_this_table(tmp_path: Path) -> None:
    """`make docs` was run after the last change, and writes where it is asked to."""
    assert PAGE.read_text() == page()
    main(tmp_path / "commits.md")
    assert (tmp_path / "commits.md").read_text() == page()
