"""The pages and assets as a browser, a phone and a program see them."""

import asyncio
import gzip
import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest

from web import app as web_app
from web import site as web_site
from web.app import create_app
from web.handler import lambda_handler
from web.negotiation import accepts, etag_matches, preferred_language, prefers_json
from web.policy import content_security_policy, permissions_policy, security_headers, storage_origin

if TYPE_CHECKING:
    from mangum.types import LambdaContext

EVENT = json.loads((Path(__file__).parents[2] / "events" / "web.json").read_text())
STATIC = Path(__file__).parents[2] / "functions/web/static"
KEPT_BY_NOBODY = (
    "sign-in",
    "account",
    "users",
    "schedule",
    "visit",
    "my-visits",
    "directory",
    "patient",
    "history",
    "encounter",
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def elsewhere[T](work: Callable[[], T]) -> T:
    """Run in a thread of its own, since a browser test's event loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


class Client:
    """A client of the app, over ASGI without a network; it follows no redirect and raises none of the app's errors."""

    def __init__(self, base_url: str = "http://localhost") -> None:
        self._base_url = base_url

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return elsewhere(lambda: asyncio.run(self._request(method, path, headers or {})))

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.request("GET", path, headers)

    async def _request(self, method: str, path: str, headers: Mapping[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(create_app(), raise_app_exceptions=False)
        defaults = {"accept": BROWSER, "accept-encoding": "identity"}
        async with httpx.AsyncClient(transport=transport, base_url=self._base_url, headers=defaults) as client:
            return await client.request(method, path, headers=headers)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small site in place of the real one, as `build.js` leaves it."""
    root = tmp_path / "pages"
    (root / "assets").mkdir(parents=True)
    for page in ("desktop", "capture", *KEPT_BY_NOBODY, "not-found"):
        text = f"<!doctype html><title>{page}</title><script type=module src='/assets/desktop-1A2B3C4D.js'></script>"
        (root / f"{page}.html").write_text(text + "<p>calm</p>" * 50)
    script = b"export const answer = 42;\n" * 40
    for name, content in {
        "desktop-1A2B3C4D.js": script,
        "desktop-1A2B3C4D.js.br": b"as brotli",
        "desktop-1A2B3C4D.js.gz": gzip.compress(script),
        "desktop-1A2B3C4D.js.map": b'{"version":3}',
        "desktop-5E6F7G8H.css": b"p{color:green}",
        "account.de-7K8L9M0N.js": b"alert('Hallo')",
        "worker-9I0J1K2L.js": b"postMessage(1)",
        "sw-1S2W3S4W.js": b"say('Taken')",
        "sw.de-5S6W7S8W.js": b"say('Eingenommen')",
        "icon-3M4N5O6P.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    }.items():
        (root / "assets" / name).write_bytes(content)
    (root / "de").mkdir()
    (root / "de/account.html").write_text("<!doctype html><title>Konto</title>")
    (tmp_path / "secret.js").write_text("outside")
    load: dict[str, web_site.Site] = {}

    def site() -> web_site.Site:
        return load.setdefault("site", web_site.load_site(root))

    monkeypatch.setattr(web_app, "_site", site)
    monkeypatch.setattr(web_app, "_security_headers", lambda: security_headers({}))
    return root


@pytest.fixture
def client(tree: Path) -> Client:
    """A browser on plain http."""
    assert tree.is_dir()
    return Client()


def asset_url(client: Client) -> str:
    """The address of the module as the page names it."""
    match = re.search(r"src='([^']+)'", client.get("/").text)
    assert match
    return match[1]


def event(path: str, **headers: str) -> dict[str, Any]:
    """The example event for another path, with other headers."""
    context = EVENT["requestContext"]
    return {
        **EVENT,
        "rawPath": path,
        "headers": {**EVENT["headers"], **headers},
        "requestContext": {**context, "http": {**context["http"], "path": path}},
    }


def invoke(event: dict[str, Any]) -> dict[str, Any]:
    """The function's answer to an event."""
    return elsewhere(lambda: lambda_handler(event, cast("LambdaContext", None)))


@pytest.mark.parametrize(("path", "title"), [("/", "desktop"), ("/capture", "capture")])
def test_pages_are_revalidated_at_each_visit(client: Client, path: str, title: str) -> None:
    """A page is HTML, and may be kept only to be asked about again."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert f"<title>{title}</title>" in answer.text


def test_the_api_is_described_for_programs_and_people(client: Client, tree: Path) -> None:
    """The document is the one that `make docs` wrote, and both are asked for anew at each visit."""
    answer = client.get("/openapi.json", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.content == web_site.OPENAPI.read_bytes()
    again = client.get("/openapi.json", headers={"accept-encoding": "gzip", "if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    (tree / "api.html").write_text("<title>api</title>")
    page = client.get("/docs/api")
    assert page.headers["cache-control"] == "no-cache"
    assert "<title>api</title>" in page.text


@pytest.mark.parametrize("page", KEPT_BY_NOBODY)
def test_pages_about_people_are_kept_by_nobody(client: Client, page: str) -> None:
    """Going back after a sign-out finds nothing in a cache."""
    answer = client.get(f"/{page}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert f"<title>{page}</title>" in answer.text


def test_assets_are_kept_for_good(client: Client) -> None:
    """An asset named by the page exists, is immutable and may be kept for a year."""
    answer = client.get(asset_url(client))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_source_map_stands_beside_its_script(client: Client) -> None:
    """Developer tools read it, and nobody else; it is kept as long as the script is."""
    answer = client.get(f"{asset_url(client)}.map")
    assert answer.json() == {"version": 3}
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["desktop-00000000.js", "desktop-ZZZZZZZZ.js"])
def test_a_page_that_a_deployment_overtook_is_loaded_again(client: Client, name: str) -> None:
    """The script of another version reloads the page, which then names today's; nobody may keep that answer."""
    answer = client.get(f"/assets/{name}")
    assert answer.status_code == 200
    assert answer.text == "location.reload();"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-store"


def test_a_page_that_a_deployment_overtook_gets_todays_styles(client: Client) -> None:
    """They may have changed without its script."""
    answer = client.get("/assets/desktop-00000000.css")
    assert answer.status_code == 307
    assert answer.headers["location"] == "/assets/desktop-5E6F7G8H.css"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "name", ["worker-00000000.js", "icon-00000000.svg", "desktop-00000000.js.map", "nobody-00000000.js", "desktop.js"]
)
def test_what_a_page_can_do_without_is_not_found_once_it_is_old(client: Client, name: str) -> None:
    """Nothing of another version is passed off as this name's content."""
    answer = client.get(f"/assets/{name}", headers={"accept": "*/*"})
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "encoding", "vary"),
    [
        ("/", "gzip", "accept-encoding, accept-language, cookie"),
        ("asset", "gzip", "accept-encoding"),
        ("asset", "br", "accept-encoding"),
    ],
)
def test_text_is_sent_compressed_to_those_who_take_it(client: Client, path: str, encoding: str, vary: str) -> None:
    """The compressed body is smaller and has an ETag of its own; caches are told that it varies."""
    url = asset_url(client) if path == "asset" else path
    plain = client.get(url, headers={"accept-encoding": "identity"})
    packed = client.request("HEAD", url, headers={"accept-encoding": f"{encoding}, zstd"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == encoding
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.headers["vary"] == plain.headers["vary"] == vary
    assert packed.headers["etag"] != plain.headers["etag"]
    if encoding == "gzip":
        assert client.get(url, headers={"accept-encoding": encoding}).text == plain.text


def test_brotli_is_preferred(client: Client) -> None:
    """It is made at build time too, and smaller."""
    answer = client.request("HEAD", asset_url(client), headers={"accept-encoding": "gzip, deflate, br"})
    assert answer.headers["content-encoding"] == "br"


def test_an_unchanged_page_is_not_sent_again(client: Client) -> None:
    """The ETag of the last visit gets 304 without a body, with the same policy headers."""
    first = client.get("/")
    again = client.get("/", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "no-cache"
    assert "content-security-policy" in again.headers
    assert client.get("/", headers={"if-none-match": '"other"'}).status_code == 200


def test_head_has_the_headers_and_no_body(client: Client) -> None:
    """HEAD tells length and ETag of what GET would send."""
    get, head = client.get("/"), client.request("HEAD", "/")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize(
    "path", ["/nothing", "/capture/", "/assets/x/js/none.js", "/assets/none.js", "/desktop.html", "/session/create"]
)
def test_a_person_at_an_unknown_address_gets_a_page(client: Client, path: str) -> None:
    """A browser's 404 is a page that is not kept, without an ETag that could revive it."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<title>not-found</title>" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


@pytest.mark.parametrize("accept", ["application/json", "*/*", "application/problem+json, text/html;q=0.5", ""])
def test_a_program_at_an_unknown_address_gets_a_problem(client: Client, accept: str) -> None:
    """Whoever prefers JSON, or does not name HTML, gets problem+json with the id of the request."""
    answer = client.get("/nothing", headers={"accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["type"].endswith("/not-found")
    assert document["status"] == 404
    assert document["requestId"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.html")), ids=lambda path: path.stem)
def test_no_form_can_put_what_it_holds_into_an_address(path: Path) -> None:
    """Whoever sends one before its script has come, or where none runs: each says so, and the policy forbids it."""
    forms = re.findall(r"<form\b[^>]*>", path.read_text())
    assert [form for form in forms if not re.search(r'method="(post|dialog)"', form)] == []
    assert "form-action 'none'" in content_security_policy({})


def test_a_code_whose_address_was_escaped_opens(client: Client) -> None:
    """Some scanners and messengers escape the #: the phone is sent on, with the token where no server sees it."""
    token = "a" * 24 + "B-_9" * 10 + "xyz"
    for method in ("GET", "HEAD"):
        answer = client.request(method, f"/capture%23t={token}")
        assert (answer.status_code, answer.headers["location"]) == (307, f"/capture#t={token}")
        assert answer.headers["cache-control"] == "no-store"
    for nothing in ("", "a/b", "%0d%0aset-cookie:a=b", "a%20b", "https://bedside.example.com"):
        assert client.get(f"/capture%23t={nothing}").status_code == 404


def test_writing_to_a_page_is_refused(client: Client) -> None:
    """A page answers a POST with 405 and says what is allowed."""
    answer = client.request("POST", "/")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.json()["status"] == 405


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.js",
        "/%2e%2e/secret.js",
        "js/../../../secret.js",
        "..%2f..%2fsecret.js",
        "//etc/passwd",
        "/secret.js",
        "js\\..\\..\\secret.js",
        "js/main.js%00",
        "",
    ],
)
def test_no_path_leaves_the_tree(client: Client, path: str) -> None:
    """Every way of climbing out of the assets is an ordinary 404, over ASGI and as a Lambda event."""
    base = "/assets/"
    answer = client.get(base + path)
    assert answer.status_code == 404
    assert "outside" not in answer.text
    from_lambda = invoke(event(base + path))
    assert from_lambda["statusCode"] == 404


def test_the_icon_is_served_where_browsers_look(client: Client) -> None:
    """`/favicon.ico` is the icon of the tree."""
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"


def test_a_tree_without_an_icon_is_no_error(client: Client, tree: Path) -> None:
    """Without an icon, browsers get an empty answer and stop asking."""
    (tree / "assets/icon-3M4N5O6P.svg").unlink()
    assert client.get("/favicon.ico").status_code == 204


def test_our_own_failure_says_nothing_of_its_inside(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception becomes a problem document with the policy headers, and no word of the exception."""

    def broken() -> web_site.Site:
        raise RuntimeError("disk 7 is on fire")

    monkeypatch.setattr(web_app, "_site", broken)
    answer = client.get("/")
    assert answer.status_code == 500
    assert answer.json()["type"].endswith("/internal-error")
    assert "fire" not in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("path", ["/", "/capture", "asset", "/nothing", "/favicon.ico", "superseded"])
def test_every_answer_carries_the_policy_headers(client: Client, path: str) -> None:
    """Pages, assets, redirects and errors alike tell the browser what is allowed."""
    url = {"asset": asset_url(client), "superseded": "/assets/desktop-00000000.js"}.get(path, path)
    headers = client.get(url).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=(self)" in headers["permissions-policy"]
    assert headers["x-request-id"]


def test_https_is_pinned_only_over_https(tree: Path) -> None:
    """HSTS is sent where it means something: a plain-http local cloud is not told to use https for two years."""
    assert tree.is_dir()
    assert "strict-transport-security" not in Client("http://localhost").get("/").headers
    assert "strict-transport-security" in Client("https://localhost").get("/").headers


def directives(environment: Mapping[str, str]) -> dict[str, list[str]]:
    """The policy as a dictionary."""
    policy = content_security_policy(environment)
    return {name: sources for name, *sources in (part.split() for part in policy.split(";"))}


def test_the_policy_names_the_bucket_and_the_live_channel() -> None:
    """Photos come from the bucket's regional address, sockets go to the live API's origin, and nowhere else."""
    policy = directives(
        {
            "BEDSIDE_BUCKET": "photos",
            "AWS_REGION": "ap-southeast-2",
            "BEDSIDE_LIVE_URL": "wss://live123.execute-api.ap-southeast-2.amazonaws.com/prod",
        }
    )
    bucket = "https://photos.s3.ap-southeast-2.amazonaws.com"
    assert policy["img-src"] == ["'self'", "blob:", "data:", bucket]
    assert policy["connect-src"] == ["'self'", "wss://live123.execute-api.ap-southeast-2.amazonaws.com", bucket]
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]


def test_a_configured_storage_origin_wins() -> None:
    """The local cloud and private endpoints name their storage; a path in it would narrow the policy, so it is cut."""
    environment = {
        "BEDSIDE_STORAGE_ORIGIN": "http://localhost:8000/photos",
        "BEDSIDE_BUCKET": "photos",
        "AWS_REGION": "x",
    }
    assert storage_origin(environment) == "http://localhost:8000"


def test_without_a_bucket_the_policy_allows_only_ourselves() -> None:
    """Missing configuration makes the policy stricter, never malformed."""
    assert directives({})["connect-src"] == ["'self'"]
    assert storage_origin({"BEDSIDE_BUCKET": "photos"}) == ""


def test_ably_is_allowed_only_when_it_is_the_provider() -> None:
    """Choosing Ably opens its two origins; no other provider does."""
    assert "https://rest.ably.io" in directives({"BEDSIDE_LIVE_PROVIDER": "ably"})["connect-src"]
    assert "https://realtime.ably.io" in directives({"BEDSIDE_LIVE_PROVIDER": "ably"})["connect-src"]
    assert directives({"BEDSIDE_LIVE_PROVIDER": "websocket"})["connect-src"] == ["'self'"]


def test_rooms_are_framed_only_where_there_are_some() -> None:
    """The rooms' origin alone may be framed and may use camera, microphone and screen; without rooms nobody may."""
    environment = {"BEDSIDE_ROOM_PAGE": "https://acme.app.100ms.live/preview/{roomId}/{role}?auth_token={token}"}
    assert directives(environment)["frame-src"] == ["https://acme.app.100ms.live"]
    assert "frame-src" not in directives({})
    assert directives(environment)["frame-ancestors"] == ["'none'"]
    allowed = permissions_policy(environment)
    for device in ("camera", "microphone", "display-capture"):
        assert f'{device}=(self "https://acme.app.100ms.live")' in allowed
    assert "otp-credentials=(self)" in allowed
    assert "microphone=(), display-capture=()" in permissions_policy({})


def test_the_policy_never_allows_inline_or_eval() -> None:
    """Whatever is configured, no unsafe source appears."""
    policy = content_security_policy({"BEDSIDE_LIVE_PROVIDER": "ably", "BEDSIDE_LIVE_URL": "wss://x/prod"})
    assert "unsafe" not in policy
    assert "*" not in policy


def test_the_example_event_gets_the_page(tree: Path) -> None:
    """The event of API Gateway is answered with the compressed page and API Gateway's own request id."""
    assert tree.is_dir()
    answer = invoke(EVENT)
    assert answer["statusCode"] == 200
    assert answer["isBase64Encoded"] is True
    assert answer["headers"]["x-request-id"] == EVENT["requestContext"]["requestId"]
    assert answer["headers"]["strict-transport-security"]
    assert answer["headers"]["content-encoding"] == "gzip"


def test_a_304_as_a_lambda_answer_keeps_the_pages_type(tree: Path) -> None:
    """The adapter does not invent a JSON content type for an answer without a body."""
    assert tree.is_dir()
    first = invoke(EVENT)
    again = invoke(event("/", **{"if-none-match": first["headers"]["etag"]}))
    assert again["statusCode"] == 304
    assert again["headers"]["content-type"] == "text/html; charset=utf-8"


def test_gzip_is_deterministic(tree: Path) -> None:
    """Two Lambda environments serve the same bytes under the same ETag."""
    first, second = web_site.load_site(tree), web_site.load_site(tree)
    assert first == second
    assert gzip.decompress(first.pages["desktop"].compressed["gzip"].body) == (tree / "desktop.html").read_bytes()


def test_without_built_pages_nothing_starts(tmp_path: Path) -> None:
    """A package that was made without them is noticed at once."""
    with pytest.raises(FileNotFoundError):
        web_site.load_site(tmp_path)


@pytest.mark.parametrize(
    ("path", "cookie", "accepted", "language"),
    [
        ("/account", "", "", "en"),
        ("/account", "", "de-AT, en;q=0.8", "de"),
        ("/account", "", "en-NZ, de;q=0.8", "en"),
        ("/account", "language=de", "en-NZ", "de"),
        ("/account", "language=en", "de", "en"),
        ("/account", "language=tlh", "de", "de"),
        ("/", "language=de", "de", "en"),
    ],
)
def test_a_page_is_answered_in_its_readers_language(
    client: Client, path: str, cookie: str, accepted: str, language: str
) -> None:
    """The chosen one, or else the browser's, or else English; what has no German version is in English."""
    answer = client.get(path, headers={"cookie": cookie, "accept-language": accepted})
    assert answer.headers["content-language"] == language
    assert answer.headers["vary"] == "accept-encoding, accept-language, cookie"
    assert ("<title>Konto</title>" in answer.text) is (language == "de")
    again = {"cookie": cookie, "accept-language": accepted, "if-none-match": answer.headers["etag"]}
    assert client.get(path, headers=again).status_code == 304


def test_the_service_worker_has_an_address_of_its_own(client: Client) -> None:
    """At the root, so that it serves all pages, and never cached unasked, so that a deployment replaces it."""
    answer = client.get("/sw.js")
    assert (answer.status_code, answer.text) == (200, "say('Taken')")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "connect-src 'self'" in answer.headers["content-security-policy"]
    assert client.get("/sw.js", headers={"cookie": "language=de"}).text == "say('Eingenommen')"


def test_a_browser_with_another_languages_page_gets_the_new_one(client: Client) -> None:
    """An ETag of the German page matches nothing of the English one."""
    german = client.get("/account", headers={"cookie": "language=de"})
    english = client.get("/account", headers={"if-none-match": german.headers["etag"]})
    assert english.status_code == 200
    assert english.headers["content-language"] == "en"


def test_a_script_of_a_language_is_mended_too(client: Client) -> None:
    """A German page of an old version loads itself again as an English one does."""
    assert client.get("/assets/account.de-00000000.js").text == "location.reload();"
    assert client.get("/assets/account.fr-00000000.js").status_code == 404


@pytest.mark.parametrize(
    ("chosen", "header", "expected"),
    [
        ("", "de-CH-1996, en", "de"),
        ("", "fr, de;q=0.2, en;q=0.1", "de"),
        ("", "DE", "de"),
        ("", "de;q=0, *", "en"),
        ("", "deu", "en"),
        ("", "en;q=0.1, de;q=x", "en"),
        ("ar-XB", "de", "ar-XB"),
        ("fr", "", "en"),
    ],
)
def test_preferred_language(chosen: str, header: str, expected: str) -> None:
    """A choice comes first if it can be had; then the browser's languages by weight, with or without their region."""
    assert preferred_language(chosen, header, ["en", "de", "ar-XB"], "en") == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("gzip;q=0", False), ("gzip;q=x", False), ("", False)],
)
def test_accept_encoding(header: str, *, expected: bool) -> None:
    """An encoding is used when it is allowed, by name or by a star, and not when its weight is nought or nonsense."""
    assert accepts("gzip", header) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [(BROWSER, False), ("application/json", True), ("text/html;q=0.1, application/json;q=0.2", True), ("*/*", True)],
)
def test_accept(header: str, *, expected: bool) -> None:
    """HTML is for whoever names it, unless JSON weighs more."""
    assert prefers_json(header) is expected


def test_a_star_matches_any_version() -> None:
    """`If-None-Match: *` matches whatever there is, and an empty header nothing."""
    assert etag_matches("*", '"a"')
    assert not etag_matches("", '"a"')
