"""docs/doses.md is the table of states."""

from pathlib import Path

from local.doses_page import PAGE, main, page


def test_the_page_is_of_this_table() -> None:
    """`make docs` was run after the last change."""
    assert PAGE.read_text() == page()


def test_the_page_is_written(tmp_path: Path) -> None:
    """To where it is asked for."""
    main(tmp_path / "doses.md")
    assert (tmp_path / "doses.md").read_text().startswith("# Doses\n")
