"""11: addresses for upload and download end, and are replaced."""

from typing import Any

from playwright.sync_api import Route

from tests.e2e.photographs import album
from tests.e2e.scenarios.desk import Desk
from tests.e2e.scenarios.handset import Handset

# Made in the same second two addresses are the same; a fragment tells them apart, and goes to no server.
_MARK = "#ends-soon"


def _spoilt(url: str) -> str:
    """Return the address with another signature, which the storage refuses as it refuses an expired one: 403."""
    return url[:-4] + ("0000" if not url.endswith("0000") else "1111")


def _change_first_list(desk: Desk, change: Any) -> list[int]:
    """Change each image of the first list that has one on its way to the page; return the lists' lengths so far."""
    seen: list[int] = []

    def handle(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if body["images"] and not any(seen):
            for image in body["images"]:
                change(image)
        seen.append(len(body["images"]))
        route.fulfill(response=answer, json=body)

    desk.page.route("**/session/images/*", handle)
    return seen


def test_refused_upload_url_is_replaced(desk: Desk, handset: Handset, encounter: str) -> None:
    """The storage refuses the address: the phone asks for another one, for the same place, and sends the photo."""
    desk.open(encounter)
    handset.scan(desk.link)
    places: list[str] = []
    answers: list[int] = []

    def spoil_first(route: Route) -> None:
        url = route.request.url
        places.append(url.partition("?")[0])
        answer = route.fetch(url=url if len(places) > 1 else _spoilt(url))
        answers.append(answer.status)
        route.fulfill(response=answer)

    handset.page.route("**/sessions/**", spoil_first)
    asked: list[str] = []
    handset.page.on("request", lambda request: asked.append(request.url))
    handset.send(album(1))
    handset.expect_sent(1)
    desk.expect_photos(1)
    assert answers == [403, 200]
    assert places[0] == places[1]
    assert len([url for url in asked if url.endswith("/session/presigned-url")]) == 2


def test_refused_download_url_is_replaced(desk: Desk, handset: Handset, encounter: str) -> None:
    """The storage refuses the picture: the desktop asks for another address, and the picture appears by itself."""

    def spoil(image: dict[str, Any]) -> None:
        image["downloadUrl"] = _spoilt(image["downloadUrl"])

    _change_first_list(desk, spoil)
    desk.open(encounter)
    handset.scan(desk.link)
    with desk.page.expect_response(lambda answer: "/sessions/" in answer.url and answer.status == 403):
        handset.send(album(1))
    desk.expect_photos(1)
