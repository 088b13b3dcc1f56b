"""The fake's endpoints for photos that are sent from the desktop itself."""

import base64
import hashlib
import io
import json
import time
from typing import TYPE_CHECKING

from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.web.people_fake import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.desktop.desktop_fake import Fake

MAX_IMAGES = 20


class Uploads:
    """A token for a signed-in clinician, and the calls that it is for."""

    def __init__(self, fake: "Callable[[], Fake]") -> None:
        self._fake = fake

    def routes(self) -> list[Route]:
        return [
            Route("/session/upload-token", self.token, methods=["POST"]),
            Route("/session/presigned-url", self.grant, methods=["POST"]),
            Route("/session/images", self.notify, methods=["POST"]),
            Route("/bucket/{key:path}", self.store, methods=["PUT"]),
        ]

    async def token(self, request: Request) -> Response:
        fake = self._fake()
        fake.calls.append(("POST", "/session/upload-token", await request.json()))
        if fake.people.caller(request) is None:
            return problem(401, "unauthorized")
        if not fake.open:
            return problem(404, "session-not-found")
        fake.desk_tokens += 1
        return JSONResponse(
            {
                "uploadToken": f"desk-{fake.desk_tokens}",
                "expiresAt": int(time.time() * 1000) + 600_000,
                "maxImages": MAX_IMAGES,
                "imageCount": len(fake.images),
                "serverTime": "2026-11-21T02:31:52Z",
            }
        )

    def _refusal(self, request: Request) -> Response | None:
        """A token that is not the latest has expired."""
        fake = self._fake()
        if request.headers["authorization"] != f"Bearer desk-{fake.desk_tokens}":
            return problem(401, "unauthorized")
        return None if fake.open else problem(404, "session-not-found")

    async def grant(self, request: Request) -> Response:
        fake, body = self._fake(), await request.json()
        if refusal := self._refusal(request):
            return refusal
        if len(fake.images) >= MAX_IMAGES:
            return problem(409, "image-limit-reached")
        key = f"sessions/FAC001/ENC-1/1_{body['imageId']}.jpg"
        fake.promised[key] = body["sha256"]
        return JSONResponse(
            {
                "uploadUrl": f"{fake.origin}/bucket/{key}",
                "s3Key": key,
                "headers": {"content-type": "image/jpeg"},
                "expiresAt": int(time.time() * 1000) + 300_000,
            }
        )

    async def store(self, request: Request) -> Response:
        fake, content = self._fake(), await request.body()
        key = request.path_params["key"]
        assert fake.promised[key] == base64.b64encode(hashlib.sha256(content).digest()).decode()
        fake.stored[key] = content
        return Response()

    async def notify(self, request: Request) -> Response:
        fake, body = self._fake(), json.loads(await request.body())
        if refusal := self._refusal(request):
            return refusal
        assert body["s3Key"] in fake.stored
        image_id = fake.upload(tell=False, taken_at=body["takenAt"])
        fake.stored[fake.images[image_id]["s3Key"]] = fake.stored[body["s3Key"]]
        count = len(fake.images)
        return JSONResponse(
            {"success": True, "imageId": body["s3Key"][-40:-4], "imageCount": count, "sequence": fake.sequence}, 201
        )


def photo(width: int = 640, height: int = 480) -> bytes:
    """A photo as a camera writes it: with its time, and where it was taken."""
    image, exif, out = Image.new("RGB", (width, height), (224, 178, 150)), Image.Exif(), io.BytesIO()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 10:00:00"
    exif.get_ifd(0x8825)[1] = "S"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()
