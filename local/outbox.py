"""The messages that would have been sent to phones and by mail, for people (a page) and for scripts (JSON)."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from local.demo_people import PEOPLE

_PAGE = Path(__file__).with_name("outbox.html")
_SHOWN = 30
# At the beginning of a text message, and after a mail's subject.
_CODE = re.compile(r"(?:[^\n]*\n\n)?([0-9]{6})\b")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True)
class Message:
    """One message: to whom (E.164), its text, and when it was handed over (ISO 8601)."""

    phone: str
    text: str
    at: str


@dataclass(frozen=True)
class Mail:
    """One mail: to whom, what it says, its headers beyond the usual ones, and when it was handed over (ISO 8601)."""

    address: str
    title: str
    text: str
    html: str
    headers: Mapping[str, str]
    at: str


class Outbox:
    """Answers /outbox with what the emulator has kept."""

    def __init__(self, cloud: httpx.AsyncClient, front_header: Mapping[str, str]) -> None:
        self._cloud = cloud
        self._front_header = front_header

    async def answer(self, request: Request) -> Response:
        """Return the messages, newest first: as a page to a browser that names no recipient, otherwise as JSON.

        `?phone=` and `?mail=` name one. Without either, JSON has the text messages.
        """
        if request.method not in {"GET", "HEAD"}:
            return PlainTextResponse("", 405, {"Allow": "GET, HEAD"})
        # A plus sign that was not escaped arrives as a space.
        phone = request.query_params.get("phone", "").strip()
        phone = f"+{phone}" if phone[:1].isdigit() else phone
        mail = request.query_params.get("mail", "")
        try:
            if mail:
                return JSONResponse([vars(each) for each in await self._mails(mail)], headers=_HEADERS)
            messages = await self._messages(phone)
            if not phone and "text/html" in request.headers.get("accept", ""):
                return HTMLResponse(_page(messages, await self._mails("")), headers=_HEADERS)
        except httpx.HTTPError:
            return JSONResponse({"message": "Service Unavailable"}, 503, _HEADERS)
        return JSONResponse([vars(message) for message in messages], headers=_HEADERS)

    async def _messages(self, phone: str) -> list[Message]:
        answer = await self._cloud.get(
            "/_ministack/sns/sms-messages",
            params={"phoneNumber": phone} if phone else {},
            headers=self._front_header,
            timeout=5,
        )
        kept: dict[str, list[dict[str, Any]]] = answer.raise_for_status().json()["sms_messages"]
        # Each number's messages are in their order; reversed, a stable sort keeps the later of two in one millisecond.
        messages = [
            Message(number, each["Message"], each["At"]) for number, all_ in kept.items() for each in all_[::-1]
        ]
        return sorted(messages, key=lambda message: message.at, reverse=True)

    async def _mails(self, address: str) -> list[Mail]:
        answer = await self._cloud.get("/_ministack/ses/messages", headers=self._front_header, timeout=5)
        kept: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
        mails = [
            Mail(to, each["Subject"], each["Text"], each["Html"], each["Headers"], each["At"])
            for each in kept
            for to in each["To"]
        ]
        return [mail for mail in mails if address.lower() in {"", mail.address.lower()}][::-1]


def _page(texts: Sequence[Message], mails: Sequence[Mail]) -> str:
    messages = [*texts, *(Message(each.address, f"{each.title}\n\n{each.text}", each.at) for each in mails)]
    messages = sorted(messages, key=lambda message: message.at, reverse=True)[:_SHOWN]
    people = "\n".join(
        f"<dt>{html.escape(person.title)}</dt><dd><code>{html.escape(person.phone)}</code></dd>" for person in PEOPLE
    )
    shown = (
        "\n".join(map(_shown, messages)) or "<li class='empty'>Nothing yet. Ask for a code, and it appears here.</li>"
    )
    return _PAGE.read_text().replace("<!-- people -->", people).replace("<!-- messages -->", shown)


def _shown(message: Message) -> str:
    code = _CODE.match(message.text)
    title = next((person.title for person in PEOPLE if person.phone == message.phone), "")
    clock = datetime.fromisoformat(message.at).astimezone().strftime("%H:%M:%S")
    return (
        "<li>"
        f"<p class='to'><b>{html.escape(message.phone)}</b> <span>{html.escape(title)}</span>"
        f"<time datetime='{html.escape(message.at)}'>{clock}</time></p>"
        + (f"<p class='code'>{code[1]}</p>" if code else "")
        + f"<pre>{html.escape(message.text)}</pre></li>"
    )
