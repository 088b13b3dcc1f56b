"""The running product, real browsers, and a phone's and a clinician's calls to it."""

import base64
import hashlib
import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from local.background import Background
from tests.e2e.aws import Aws
from tests.e2e.people import Reception, kept

_START_SECONDS = 240
_OWN_PORT = 18420


@pytest.fixture(scope="session")
def stack() -> dict[str, Any]:
    """The running product that $STACK_FILE names, once it has started."""
    return _started()


def _started() -> dict[str, Any]:
    file, log = Path(os.environ["STACK_FILE"]), Path(os.environ.get("STACK_LOG", os.devnull))
    deadline = time.monotonic() + _START_SECONDS
    while not file.exists():
        said = log.read_text() if log.exists() else ""
        assert "stopping" not in said, said
        assert time.monotonic() < deadline, said
        time.sleep(0.2)
    described: dict[str, Any] = json.loads(file.read_text())
    return described


@pytest.fixture(scope="session")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A product with short waits, for tests that harm it; only one process of tests may ask for it."""
    _started()  # two that start at once may both be too slow
    product = Background(_OWN_PORT, tmp_path_factory.mktemp("product"), FAST="1")
    try:
        product.wait()
        described: dict[str, Any] = json.loads(product.stack_file.read_text())
        yield described
    finally:
        product.stop()


@pytest.fixture
def desktop(browser: Browser, stack: dict[str, Any]) -> Iterator[BrowserContext]:
    """The desktop browser of the demo's clinician, who has signed in."""
    context = browser.new_context(
        base_url=stack["webUrl"], viewport={"width": 1440, "height": 900}, storage_state=kept(stack, "clinician")
    )
    yield context
    context.close()


@pytest.fixture
def phone(browser: Browser, playwright: Playwright, stack: dict[str, Any]) -> Iterator[BrowserContext]:
    """A phone's browser, with touch and a small screen."""
    context = browser.new_context(**playwright.devices["Pixel 7"], base_url=stack["webUrl"])
    yield context
    context.close()


@dataclass
class Clinician:
    """A clinician's calls to the API."""

    http: httpx.Client
    token: str

    def call(self, method: str, path: str, body: object = None, **options: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}"}
        return self.http.request(method, path, json=body, headers=headers, **options)

    def open(self, encounter: str, **more: str) -> dict[str, Any]:
        facts = {"patientId": "patient-1", "facilityId": "FAC001", "patientName": "Ana Rangi", **more}
        answer = self.call("POST", "/session/create", {"encounterId": encounter, **facts})
        assert answer.status_code == 201, answer.text
        opened: dict[str, Any] = answer.json()
        return opened

    def images(self, encounter: str) -> list[dict[str, Any]]:
        answer = self.call("GET", f"/session/images/{encounter}")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["images"]
        return found


@dataclass
class Phone:
    """A phone's calls to the API, after it has scanned a code."""

    http: httpx.Client
    encounter: str
    token: str
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def scan(cls, http: httpx.Client, token: str) -> "Phone":
        answer = http.get(f"/session/token/{token}")
        assert answer.status_code == 200, answer.text
        facts = answer.json()
        return cls(http, facts["encounterId"], facts["uploadToken"], facts)

    def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        return self.http.request(method, path, json=body, headers={"authorization": f"Bearer {self.token}"})

    def ask(self, image_id: str, photo: bytes) -> httpx.Response:
        digest = base64.b64encode(hashlib.sha256(photo).digest()).decode()
        body = {
            "encounterId": self.encounter,
            "imageId": image_id,
            "contentType": "image/jpeg",
            "contentLength": len(photo),
            "sha256": digest,
        }
        return self.call("POST", "/session/presigned-url", body)

    def upload(self, image_id: str, photo: bytes = b"\xff\xd8photo") -> str:
        granted = self.ask(image_id, photo)
        assert granted.status_code == 200, granted.text
        stored = httpx.put(granted.json()["uploadUrl"], content=photo, headers=granted.json()["headers"], timeout=30)
        assert stored.status_code == 200, stored.text
        key: str = granted.json()["s3Key"]
        return key

    def notify(self, key: str, **body: object) -> httpx.Response:
        return self.call("POST", "/session/images", {"encounterId": self.encounter, "s3Key": key, **body})


@pytest.fixture
def http(stack: dict[str, Any]) -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=40)
    with httpx.Client(base_url=stack["apiUrl"], timeout=60, limits=limits) as client:
        yield client


@pytest.fixture
def reception(http: httpx.Client, stack: dict[str, Any]) -> Reception:
    return Reception(http, stack)


@pytest.fixture
def aws(stack: dict[str, Any]) -> Iterator[Aws]:
    aws = Aws(stack)
    yield aws
    aws.close()


@pytest.fixture
def clinician(http: httpx.Client, stack: dict[str, Any]) -> Clinician:
    return Clinician(http, stack["clinicianToken"])


@pytest.fixture
def encounter() -> str:
    return f"enc-{uuid.uuid4().hex[:12]}"
