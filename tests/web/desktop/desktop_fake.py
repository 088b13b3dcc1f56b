"""A small server in place of the cloud: the real pages, and an API, sockets, a bucket and Ably that can misbehave."""

import asyncio
import json
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.websockets import WebSocket

from tests.web.desktop.desktop_api import build
from tests.web.desktop.desktop_record import Record
from tests.web.people_fake import People
from tests.web.serving import Serving

type Json = dict[str, Any]

GREEN = "UklGRh4AAABXRUJQVlA4TBEAAAAvA4AAAAdQvKKUp/+BiOh/AAA="
_OF_AN_IMAGE = ("imageId", "s3Key", "metadata", "takenAt", "takenOrder", "sequence", "revision", "editsVersion")


@dataclass
class Fake:
    """The state of one session, what was asked of the server, and the switches that make it misbehave."""

    port: int
    people: People = field(default_factory=People)
    code_life_s: int = 600
    url_life_ms: int = 3_600_000
    ably: bool = False
    refuse_sockets: bool = False
    mute_pongs: bool = False
    create_status: int = 0
    create_slug: str = "forbidden"
    damaged: int = 0
    # The patient of a session that another desktop has opened.
    recorded: Json = field(default_factory=dict)
    # Where that is from, and what the directory knows of the patient.
    source: str = "session"
    known: Json = field(default_factory=dict)
    list_status: int = 0
    patch_status: int = 0
    keep_status: int = 0
    bucket_status: int = 0
    # Not set while lists wait for their answers.
    lists_answered: threading.Event = field(default_factory=threading.Event)
    open: bool = True
    created_at: int = 1_795_228_312_000
    # When it ends, if it does: just now, so that its photos still have time.
    ended_at: int = field(default_factory=lambda: int(time.time() * 1000))
    retention_days: int = 1
    revision: int = 0
    sequence: int = 0
    unsent: int = 0
    images: dict[str, Json] = field(default_factory=dict)
    # The versions of what is drawn on each image.
    edits: defaultdict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    record: Record = field(default_factory=Record)
    order: list[str] = field(default_factory=list)
    order_version: int = 0
    codes: int = 0
    code_series: int = 0
    tickets: set[str] = field(default_factory=set)
    phones: list[Json] = field(default_factory=list)
    consent: Json | None = None
    consent_status: int = 0
    # Photos from the desktop: tokens given, digests announced, and what was stored.
    desk_tokens: int = 0
    promised: dict[str, str] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    tickets_given: int = 0
    urls_given: int = 0
    dead_urls: int = 0
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    sockets: list[WebSocket] = field(default_factory=list)
    sockets_opened: int = 0
    most_sockets: int = 0
    streams: list[asyncio.Queue[str]] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop | None = None

    def __post_init__(self) -> None:
        self.lists_answered.set()

    @contextmanager
    def slow_lists(self) -> Iterator[None]:
        """Read lists at once, and let their answers wait until the end of this."""
        self.lists_answered.clear()
        try:
            yield
        finally:
            self.lists_answered.set()

    def vanishes_at(self, image: Json) -> int:
        """When an image of the ended session is deleted."""
        return int(self.ended_at + (180 if image["kept"] else self.retention_days) * 86_400_000)

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def asked(self, method: str, path: str) -> list[Any]:
        """The bodies of all calls to one address."""
        return [body for verb, where, body in self.calls if (verb, where) == (method, path)]

    def upload(self, metadata: Json | None = None, *, tell: bool = True, taken_at: int = 0) -> str:
        """A photo arrives from the phone, just taken unless said otherwise."""
        now_ms = int(time.time() * 1000)
        self.sequence += 1
        self.revision += 1
        image_id = f"image-{self.sequence}"
        self.images[image_id] = {
            "imageId": image_id,
            "s3Key": f"sessions/FAC001/ENC-1/{self.sequence}_{image_id}.jpg",
            "metadata": metadata or {},
            "takenAt": taken_at or now_ms,
            "takenOrder": 0,
            "uploadedAt": now_ms,
            "sequence": self.sequence,
            "revision": self.revision,
            "kept": False,
            "editsVersion": 0,
            "commitId": None,
            "committed": False,
        }
        if tell:
            self.send(self.message("image-uploaded", image_id))
        return image_id

    def arrive(self, image_id: str, *, taken_at: int = 0, taken_order: int = 0) -> None:
        """The preview of a photo arrives ahead of it, all in one colour."""
        preview = f"data:image/webp;base64,{GREEN}"
        about = {"takenAt": taken_at or int(time.time() * 1000), "takenOrder": taken_order}
        self.send({"type": "image-arriving", "encounterId": "ENC-1", "imageId": image_id, "preview": preview, **about})

    def scan(self, name: str, words: str, standing: str = "joined") -> None:
        """A phone scans the code."""
        phone_id = f"{len(self.phones):016x}"
        self.phones.append({"phoneId": phone_id, "name": name, "words": words, "standing": standing, "at": 1})
        self.send({"type": "phones-changed", "encounterId": "ENC-1", "revision": self.revision})

    def describe(self, image_id: str, metadata: Json, *, tell: bool = True) -> None:
        """The phone, or another desk, changes a photo's metadata."""
        self.revision += 1
        self.images[image_id] |= {"metadata": metadata, "revision": self.revision}
        if tell:
            self.send(self.message("image-updated", image_id))

    def edit(self, image_id: str, edits: Json, *, tell: bool = True) -> None:
        """Somebody saves what they have drawn on a photo."""
        self.edits[image_id].append(edits)
        self.revision += 1
        self.images[image_id] |= {"editsVersion": len(self.edits[image_id]), "revision": self.revision}
        if tell:
            self.send(self.message("image-updated", image_id))

    def arrange(self, *image_ids: str) -> None:
        """Another desk puts the photos in an order."""
        self.order, self.revision = list(image_ids), self.revision + 1
        self.order_version += 1
        about = {"order": self.order, "orderVersion": self.order_version}
        self.send({"type": "images-arranged", "encounterId": "ENC-1", "revision": self.revision, **about})

    def delete(self, image_id: str, *, tell: bool = True) -> None:
        """A photo is deleted elsewhere."""
        message = self.message("image-deleted", image_id)
        del self.images[image_id]
        self.revision += 1
        if tell:
            self.send(message | {"revision": self.revision})

    def message(self, kind: str, image_id: str) -> Json:
        """The live message about a photo as it stands."""
        image = self.images[image_id]
        return {
            "type": kind,
            "encounterId": "ENC-1",
            "imageCount": len(self.images),
            "timestamp": image["uploadedAt"],
            **{key: image[key] for key in _OF_AN_IMAGE},
        }

    def send(self, message: Json) -> None:
        """Send to whoever listens, over sockets and streams."""
        text = json.dumps(message)

        async def push() -> None:
            for live in list(self.sockets):
                await live.send_text(text)
            for stream in self.streams:
                stream.put_nowait(json.dumps({"name": message["type"], "data": text}))

        self._run(push)

    def drop_sockets(self) -> None:
        """Cut every live connection."""

        async def cut() -> None:
            for live in list(self.sockets):
                await live.close(1001)

        self._run(cut)

    def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        assert self.loop
        asyncio.run_coroutine_threadsafe(_awaited(work), self.loop).result(5)


async def _awaited(work: Callable[[], Awaitable[None]]) -> None:
    await work()


class Server(Serving):
    """Runs one fake in a thread of its own."""

    def __init__(self) -> None:
        super().__init__(build(self))
        self.fake = Fake(self.port)

    def reset(self) -> Fake:
        """Start over with a fresh session."""
        self.fake = Fake(self.port)
        return self.fake


def address(origin: str, **query: str) -> str:
    """The desktop page's address for an encounter."""
    return f"{origin}/?" + "&".join(f"{name}={quote(value)}" for name, value in query.items())
