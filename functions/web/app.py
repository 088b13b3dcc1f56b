"""The pages and their assets as a small Starlette app."""

from __future__ import annotations

import json
import re
import uuid
from functools import cache
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.negotiation import accepts, etag_matches, preferred_language, prefers_json
from web.policy import security_headers
from web.site import SOURCE_LANGUAGE, StaticFile, load_openapi, load_site, unhashed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The browser revalidates on each visit, and gets 304 unless a deployment has changed the page.
_REVALIDATE = "no-cache"
_FOREVER = "public, max-age=31536000, immutable"
_NEVER = "no-store"
_HSTS = "max-age=63072000; includeSubDomains"
_NOT_CACHED = (
    "sign-in",
    "account",
    "users",
    "schedule",
    "today",
    "visit",
    "my-visits",
    "directory",
    "patient",
    "history",
    "encounter",
    "book",
    "booking",
    "booking-list",
    "availability",
    "booking-services",
    "transfers",
    "record-target",
    "inbox",
    "notification-settings",
    "medicines",
    "delivery-log",
    "unsubscribe",
    "launch",
)
# What may stand in a QR token.
_TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,200}")
# A page's script or stylesheet, without its hash; a script's name may have its language, as in `account.de.js`.
_BUNDLE = re.compile(r"(?P<page>[a-z-]+)(?:\.[A-Za-z-]+)?\.(?P<kind>js|css)")
# A cookie that js/shell/language.js sets.
_LANGUAGE = "language"
_ICONS = ("favicon.ico", "icon.svg")
# Asks for the page again, which names the scripts of its own version. `location.reload` keeps the address's fragment.
_RELOAD = "location.reload();"

# Read at the first request and cached: a Lambda environment serves one version of the tree for its whole life.
_site = cache(load_site)
_openapi = cache(load_openapi)
_security_headers = cache(security_headers)


def create_app() -> AnswerHeaders:
    """Return the app: all pages, the API's description, `/assets/…`, the icon, a 404 page."""
    app = Starlette(
        routes=[
            Route("/", desktop),
            Route("/capture", capture),
            # Some scanners and messengers escape the # of a code's address.
            Route("/capture#t={token}", scanned),
            *(Route(f"/{name}", uncached) for name in _NOT_CACHED),
            Route("/docs/api", api),
            Route("/openapi.json", openapi),
            Route("/favicon.ico", favicon),
            Route("/sw.js", service_worker),
            Route("/assets/{name}", asset),
        ],
        exception_handlers={404: not_found, 405: method_not_allowed, 500: internal_error},
    )
    # A trailing slash is a 404, not a redirect built from the Host header.
    app.router.redirect_slashes = False
    return AnswerHeaders(app)


async def desktop(request: Request) -> Response:
    """Serve the clinician's page."""
    return serve_page(request, "desktop", cache_control=_REVALIDATE)


async def capture(request: Request) -> Response:
    """Serve the phone's page, and ask for the phone's model, which Chrome no longer tells by itself."""
    response = serve_page(request, "capture", cache_control=_REVALIDATE)
    response.headers["accept-ch"] = "Sec-CH-UA-Model"
    return response


async def scanned(request: Request) -> Response:
    """Send a phone to the page, with its token in the fragment again, which no server sees."""
    token = request.path_params["token"]
    if not _TOKEN.fullmatch(token):
        return await not_found(request)
    return RedirectResponse(f"/capture#t={token}", 307, headers={"cache-control": _NEVER})


async def uncached(request: Request) -> Response:
    """Serve a page about people or visits, uncached, so that going back after signing out does not show it."""
    return serve_page(request, request.url.path[1:], cache_control=_NEVER)


async def api(request: Request) -> Response:
    """Serve the page that shows the API to a person."""
    return serve_page(request, "api", cache_control=_REVALIDATE)


async def openapi(request: Request) -> Response:
    """Serve the API's OpenAPI document."""
    return serve(request, _openapi(), cache_control=_REVALIDATE)


async def favicon(request: Request) -> Response:
    """Serve the icon that browsers request by default."""
    site = _site()
    for name in _ICONS:
        if name in site.current:
            return serve(request, site.assets[site.current[name]], cache_control="public, max-age=86400")
    return Response(status_code=204)


async def service_worker(request: Request) -> Response:
    """Serve the service worker in the reader's language, at an address whose scope are all pages.

    The browser asks for it again after every visit, and takes another version as soon as a deployment has one.
    """
    return serve_translated(request, _site().scripts("sw"))


async def asset(request: Request) -> Response:
    """Serve an asset, cached permanently, because its name changes with its content."""
    name = request.path_params["name"]
    assets = _site().assets
    if name not in assets:
        return await superseded(request)
    return serve(request, assets[name], cache_control=_FOREVER)


async def superseded(request: Request) -> Response:
    """Mend a page whose loading a deployment has overtaken: another version's script reloads it, its styles are ours.

    Anything else is a 404: a worker's page can do without it.
    """
    site = _site()
    name = unhashed(request.path_params["name"])
    bundle = _BUNDLE.fullmatch(name)
    if not bundle or bundle["page"] not in site.pages or name not in site.current:
        return await not_found(request)
    if bundle["kind"] == "js":
        return Response(_RELOAD, headers={"cache-control": _NEVER}, media_type="text/javascript")
    return RedirectResponse(f"/assets/{site.current[name]}", 307, headers={"cache-control": _NEVER})


def serve_page(request: Request, page: str, *, cache_control: str) -> Response:
    """Return the page in the language of its reader."""
    return serve_translated(request, _site().languages(page), cache_control=cache_control)


def serve_translated(
    request: Request, versions: Mapping[str, StaticFile], *, cache_control: str = _REVALIDATE
) -> Response:
    """Return the version in the language that its reader chose, or else the first that the browser asks for."""
    chosen = request.cookies.get(_LANGUAGE, "")
    language = preferred_language(chosen, request.headers.get("accept-language", ""), versions, SOURCE_LANGUAGE)
    response = serve(request, versions[language], cache_control=cache_control)
    response.headers["content-language"] = language
    response.headers["vary"] = "accept-encoding, accept-language, cookie"
    return response


def serve(request: Request, file: StaticFile, *, cache_control: str) -> Response:
    """Return the file in the first encoding that the client accepts, or 304 if it already has these bytes."""
    accepted = request.headers.get("accept-encoding", "")
    encoding = next((each for each in file.compressed if accepts(each, accepted)), None)
    chosen = file.compressed[encoding] if encoding else file.plain
    headers = {
        "cache-control": cache_control,
        "content-type": file.content_type,
        "vary": "accept-encoding",
        "etag": chosen.etag,
    }
    if etag_matches(request.headers.get("if-none-match", ""), chosen.etag):
        return Response(status_code=304, headers=headers)
    if encoding:
        headers["content-encoding"] = encoding
    headers["content-length"] = str(len(chosen.body))
    return Response(b"" if request.method == "HEAD" else chosen.body, headers=headers)


async def not_found(request: Request, _: Exception | None = None) -> Response:
    """Return 404: a page for browsers, a problem document for programs."""
    if prefers_json(request.headers.get("accept", "")):
        return problem(request, 404, "not-found", "Not found", "There is nothing at this address.")
    response = serve_page(request, "not-found", cache_control=_NEVER)
    response.status_code = 404
    # Without an ETag, no later request can turn the error into a 304.
    del response.headers["etag"]
    return response


async def method_not_allowed(request: Request, _: Exception) -> Response:
    """Return 405 for a write to a read-only address."""
    response = problem(request, 405, "method-not-allowed", "Method not allowed", "This address can only be read.")
    response.headers["allow"] = "GET, HEAD"
    return response


async def internal_error(request: Request, _: Exception) -> Response:
    """Return 500 without details of the error; Starlette re-raises it for the log."""
    return problem(request, 500, "internal-error", "Internal error", "Something failed on our side. Try again.")


def problem(request: Request, status: int, slug: str, title: str, detail: str) -> Response:
    """Return an RFC 9457 problem document."""
    document = {
        "type": f"https://bedside.example/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "requestId": request.scope["state"]["request_id"],
    }
    headers = {"cache-control": _NEVER, "vary": "accept"}
    return Response(json.dumps(document), status, headers, media_type="application/problem+json")


class AnswerHeaders:
    """Middleware that adds the request id and the security headers to every response, including errors."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        headers = {"x-request-id": request_id, **_security_headers()}
        if scope["scheme"] == "https":
            headers["strict-transport-security"] = _HSTS
        extra = [(name.encode(), value.encode()) for name, value in headers.items()]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *extra]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _request_id(scope: Scope) -> str:
    """Return API Gateway's request id, or a new one outside of Lambda (tests, a local server)."""
    context = scope.get("aws.event", {}).get("requestContext", {})
    return str(context.get("requestId") or uuid.uuid4())
