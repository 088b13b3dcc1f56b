import pytest

from benchmarks.samples import Summary, paired_ratio


def test_a_summary_holds_the_middle_and_the_ends() -> None:
    """One slow outlier moves the most and leaves the median."""
    assert Summary.of([3.0, 1.0, 900.0]) == Summary(median=3.0, least=1.0, most=900.0, count=3)


def test_an_even_number_of_measurements_has_its_median_between_the_middle_two() -> None:
    """Neither of the middle two is preferred."""
    assert Summary.of([1.0, 2.0, 4.0, 8.0]).median == 3.0


def test_nothing_measured_is_an_error() -> None:
    """A row without measurements is never shown as zero."""
    with pytest.raises(ValueError, match="nothing was measured"):
        Summary.of([])


def test_the_ratio_is_taken_pair_by_pair() -> None:
    """A moment that slows both of a pair does not change the ratio."""
    assert paired_ratio([10.0, 1000.0, 10.0], [20.0, 2000.0, 20.0]) == 0.5


def test_unpaired_measurements_have_no_ratio() -> None:
    """A run in which one side failed is not compared."""
    with pytest.raises(ValueError, match="longer"):
        paired_ratio([1.0], [1.0, 2.0])
