"""The search among many patients finds what its peer finds, and looks at far less."""

from benchmarks import patients


def test_a_search_is_measured() -> None:
    """In a small facility; every query is shown, with the costs of both."""
    count = 400
    found = patients.measure(count)
    section = patients.section(found, count)
    assert [each.typed for each in found] == [typed for typed, _ in patients.QUERIES]
    assert all(f"`{typed}`" in section for typed, _ in patients.QUERIES)
    assert {each.peers_cost.items for each in found} == {count}
    assert all(each.cost.items < count and each.cost.requests <= 4 for each in found)
    assert found[0].patients > 0
