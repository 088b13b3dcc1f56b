"""Nothing of one test is found by the next in a browser context that both use."""

from tests.web.conftest import Reception
from tests.web.contexts import ContextPool

FILL = """async () => {
  localStorage.left = sessionStorage.left = document.cookie = "left=1";
  await new Promise((resolve) => (indexedDB.open("left").onsuccess = resolve));
  await (await caches.open("left")).put("/left", new Response("left"));
}"""
FOUND = """async () => [
  ...Object.keys(localStorage),
  ...Object.keys(sessionStorage),
  document.cookie,
  ...(await indexedDB.databases()).map(({ name }) => name),
  ...(await caches.keys()),
]"""


def test_a_context_is_emptied_between_tests(context_pool: ContextPool, reception: Reception) -> None:
    """Storage of every kind, pages and the network's state."""
    first = context_pool.take(reception.origin, locale="en-IE")
    page = first.context.new_page()
    page.goto("/sign-in")
    page.evaluate(FILL)
    assert len(page.evaluate(FOUND)) == 5
    first.context.set_offline(offline=True)
    context_pool.give_back(first)
    second = context_pool.take(reception.origin, locale="en-IE")
    assert second is first
    second.fill({"given": "1"})
    assert second.context.pages == [second.anchor]
    page = second.context.new_page()
    page.goto("/sign-in")
    assert page.evaluate(FOUND) == ["given", ""]
    context_pool.give_back(second)


def test_what_cannot_be_undone_ends_a_context(context_pool: ContextPool, reception: Reception) -> None:
    """A clock that was installed, and scripts that begin with every page."""
    for spoil in ("clock", "script"):
        kept = context_pool.take(reception.origin, locale="en-IE")
        page = kept.context.new_page()
        if spoil == "clock":
            page.clock.install()
        else:
            kept.context.add_init_script("globalThis.left = 1")
        context_pool.give_back(kept)
        fresh = context_pool.take(reception.origin, locale="en-IE")
        assert fresh is not kept
        context_pool.give_back(fresh)
