"""A page that is loaded while a deployment replaces what it names."""

import re

from playwright.sync_api import Page, Route, expect


def test_a_page_whose_script_is_gone_is_loaded_again(tab: Page) -> None:
    """HTML of one version with the scripts of the next: the page comes a second time, at the same address."""
    loads: list[str] = []

    def overtaken(route: Route) -> None:
        answer = route.fetch()
        loads.append(answer.text())
        route.fulfill(response=answer, body=re.sub(r"sign-in-[0-9A-Z]{8}", "sign-in-00000000", answer.text()))

    tab.route(re.compile(r"/sign-in$"), overtaken, times=1)
    tab.goto("/sign-in#kept")
    expect(tab.get_by_label("Phone number")).to_be_focused()
    assert len(loads) == 1
    assert tab.url.endswith("/sign-in#kept")
