"""A browser that pretends to be a phone, in front of the fake clinic."""

import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from tests.web.contexts import Contexts
from tests.web.phone.fake_clinic import Clinic, application
from tests.web.serving import Serving

ORIENTATION, GPS, EXIF, TAKEN, ZONE = 0x0112, 0x8825, 0x8769, 0x9003, 0x9011


@pytest.fixture(scope="session")
def server() -> Iterator[Clinic]:
    """The clinic on a free port of this machine."""
    clinic = Clinic()
    serving = Serving(application(clinic))
    clinic.base = serving.origin
    yield clinic
    serving.stop()


@pytest.fixture
def clinic(server: Clinic) -> Clinic:
    """The clinic with nothing in it."""
    server.reset()
    return server


def phone(
    contexts: Contexts, clinic: Clinic, width: int = 390, height: int = 844, scheme: str = "light"
) -> BrowserContext:
    """A phone with nothing on it yet."""
    return contexts.new(
        clinic.base,
        viewport={"width": width, "height": height},
        device_scale_factor=1,  # drawing is most of the cost of a test
        is_mobile=True,
        has_touch=True,
        color_scheme="dark" if scheme == "dark" else "light",
    )


@pytest.fixture
def context(clinic: Clinic, contexts: Contexts) -> BrowserContext:
    """A phone of common size."""
    return phone(contexts, clinic)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The phone's page."""
    return context.new_page()


def jpeg(path: Path, width: int, height: int, *, orientation: int = 1, noise: bool = False) -> Path:
    """A JPEG with a place, as phones make them; with noise it compresses as badly as a real photo."""
    chance = random.Random(width)  # noqa: S311 - colours, not secrets
    small = Image.frombytes("RGB", (64, 48), chance.randbytes(64 * 48 * 3))
    picture = small.resize((width, height), Image.Resampling.BICUBIC)
    if noise:
        grain = Image.effect_noise((width, height), 40).convert("RGB")
        picture = Image.blend(picture, grain, 0.35)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Camera of Aroha"
    exif.get_ifd(EXIF).update({TAKEN: "2026:03:04 05:06:07", ZONE: "+13:00"})
    exif.get_ifd(GPS).update({1: "S", 2: (36.0, 51.0, 7.0), 3: "E", 4: (174.0, 45.0, 48.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92, exif=exif)
    path.write_bytes(out.getvalue())
    return path


@pytest.fixture(scope="session")
def album(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Small photos, quick to prepare."""
    folder = tmp_path_factory.mktemp("album")
    return [jpeg(folder / f"photo-{n}.jpg", 640 + n, 480) for n in range(1, 26)]


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve megapixels held sideways, several megabytes, with GPS."""
    return jpeg(tmp_path_factory.mktemp("large") / "IMG_0001.jpg", 4000, 3000, orientation=6, noise=True)
