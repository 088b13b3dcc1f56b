"""A session that others keep changing: callers are told to try again, and no function runs until it is killed."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from bedside.capture.edits import NO_EDITS
from bedside.capture.gallery import Gallery
from bedside.capture.image_deletion import ImageDeletion
from bedside.capture.metadata import Metadata
from bedside.capture.photo_edits import PhotoEdits
from bedside.capture.session_repository import ATTEMPTS
from bedside.identity.principal import Clinician
from bedside.kernel.errors import UnavailableError
from tests.unit.capture.test_model import session

ME = Clinician("u", "f", "FAC001")
NOW = 1500


class Contended:
    """A record in which every change comes too late; counts them."""

    life_ms = 1000

    def __init__(self) -> None:
        self.tried = 0

    def find_stored(self, _key: str) -> Any:
        return session()

    find_session = find_stored

    def fail(self, *_: Any, **__: Any) -> None:
        self.tried += 1

    add = describe = keep = arrange = delete = fail


def gallery(record: Any) -> Gallery:
    idle: Any = SimpleNamespace(tag=lambda *_: None)
    return Gallery(record, record, idle, idle, idle, idle, b"key")


def deletion(record: Any) -> ImageDeletion:
    idle: Any = SimpleNamespace()
    return ImageDeletion(record, record, idle, idle, idle, idle, idle, b"key")


def edits(record: Any) -> PhotoEdits:
    idle: Any = SimpleNamespace()
    return PhotoEdits(record, idle, idle, b"key")


CHANGES: dict[str, Callable[[Any], Any]] = {
    "update": lambda record: gallery(record).update(ME, "ENC-1", "a", Metadata(notes="new"), NOW),
    "keep": lambda record: gallery(record).keep(ME, "ENC-1", "a", NOW, kept=True),
    "arrange": lambda record: gallery(record).arrange(ME, "ENC-1", ["b", "a"], None, NOW),
    "delete": lambda record: deletion(record).delete(ME, "ENC-1", "a", NOW),
    "draw": lambda record: edits(record).save(ME, "ENC-1", "a", NO_EDITS, '"0"', NOW),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_always_comes_too_late_is_given_up(change: str) -> None:
    """After twenty attempts, with an answer that says so."""
    record = Contended()
    with pytest.raises(UnavailableError, match="changed by others"):
        CHANGES[change](record)
    assert record.tried == ATTEMPTS
