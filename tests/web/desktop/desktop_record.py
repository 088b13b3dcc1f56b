"""The patient's record as the desktop's fake has it: what photos need, and what becomes of them, is up to the test."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.web.people_fake import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.desktop.desktop_fake import Fake

COMMIT_ID = "c" * 22


@dataclass
class Record:
    """The facility's record; without a target, there is none."""

    target: str | None = None
    # What photos need before they are taken, by image.
    missing: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)

    def settle(self, fake: "Fake", image_id: str, status: str, *, tell: bool = True, **about: Any) -> None:
        """Decide what becomes of a photo."""
        self.files[image_id] = {"imageId": image_id, "status": status, "warnings": [], **about}
        fake.revision += 1
        fake.images[image_id] |= {
            "commitId": COMMIT_ID if status in {"committing", "unknown"} else None,
            "committed": status == "committed",
            "revision": fake.revision,
        }
        fake.images[image_id].pop("failedCommitId", None)
        if status == "failed":
            fake.images[image_id]["failedCommitId"] = COMMIT_ID
        if tell:
            fake.send({**fake.message("image-committed", image_id), "commitId": COMMIT_ID, **self.files[image_id]})


class RecordApi:
    """The calls about commits."""

    def __init__(self, fake: "Callable[[], Fake]") -> None:
        self._fake = fake

    def routes(self) -> list[Route]:
        one = "/session/{encounter_id}/commits/{commit_id}"
        return [
            Route("/record/capabilities", self.capabilities),
            Route("/session/{encounter_id}/commit", self.commit, methods=["POST"]),
            Route(one, self.look),
            Route("/session/images/{encounter_id}/{image_id}/bundle", self.bundle),
            Route(f"{one}/files/{{image_id}}/retry", self.retry, methods=["POST"]),
            Route(f"{one}/files/{{image_id}}/resolve", self.resolve, methods=["POST"]),
        ]

    async def capabilities(self, _request: Request) -> Response:
        sites = [{"code": code, "snomed": "1", "sides": code == "forearm"} for code in ("forearm", "chest")]
        return JSONResponse(
            {
                "target": self._fake().record.target,
                "bodySites": sites,
                "lateralities": [],
                "types": ["overview", "close-up", "dermoscopy"],
                "views": [],
                "lateralityRequired": True,
                "consentRequired": True,
            }
        )

    async def commit(self, request: Request) -> Response:
        fake, body = self._fake(), await request.json()
        fake.calls.append(("POST", request.url.path, body))
        fake.record.keys.append(request.headers["idempotency-key"])
        lacking = []
        for image in body["images"]:
            codes = [each for each in fake.record.missing.get(image["imageId"], []) if each not in image["confirmed"]]
            if codes:
                lacking.append({"imageId": image["imageId"], "missing": codes})
        if lacking:
            return problem(409, "metadata-missing", images=lacking)
        for image in body["images"]:
            fake.record.settle(fake, image["imageId"], "committing", tell=False)
        return JSONResponse(self._document([each["imageId"] for each in body["images"]]), 202)

    async def look(self, _request: Request) -> Response:
        return JSONResponse(self._document(list(self._fake().record.files)))

    async def bundle(self, _request: Request) -> Response:
        names = ("1a2b.jpg", "3c4d.fhir.json", "manifest.jws.json")
        files = [{"name": name, "url": f"https://bucket.example/{name}?signed"} for name in names]
        return JSONResponse({"files": files, "expiresAt": int(time.time() * 1000) + 3_600_000})

    async def retry(self, request: Request) -> Response:
        fake, image_id = self._fake(), request.path_params["image_id"]
        fake.record.settle(fake, image_id, "committing", tell=False)
        return JSONResponse(fake.record.files[image_id])

    async def resolve(self, request: Request) -> Response:
        fake, image_id, body = self._fake(), request.path_params["image_id"], await request.json()
        fake.calls.append(("POST", request.url.path, body))
        if body.get("absent"):
            fake.record.settle(fake, image_id, "failed", tell=False, error="not-found-by-a-person")
        else:
            fake.record.settle(fake, image_id, "committed", tell=False, documentId=body["documentId"])
        return JSONResponse(fake.record.files[image_id])

    def _document(self, image_ids: list[str]) -> dict[str, Any]:
        files = [self._fake().record.files[each] for each in image_ids]
        return {"commitId": COMMIT_ID, "committedAt": "2026-11-21T02:31:52Z", "files": files}
