"""Entries of the audit trail are copied once, and what happens to them afterwards is kept and reported."""

import json
from typing import Any

import pytest

from bedside.identity.audit_archive import AuditArchive
from bedside.kernel.errors import UnavailableError

ENTRY = {"pk": "FAC001", "sk": "2026-11-21T02:31:52.345Z#mfrggzdf", "act": "setRoles"}
OTHER = {**ENTRY, "act": "nothing"}


def _typed(image: dict[str, str]) -> dict[str, Any]:
    return {key: {"S": value} for key, value in image.items()}


class Objects:
    """A bucket in which an object is created once."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def create(self, key: str, content: bytes) -> bool:
        if key in self.kept:
            return False
        self.kept[key] = json.loads(content)
        return True


def _record(kind: str, number: str, **images: dict[str, str]) -> dict[str, Any]:
    change = {name: _typed(image) for name, image in images.items()}
    return {"eventName": kind, "dynamodb": {**change, "SequenceNumber": number}}


def test_entry_is_copied_once() -> None:
    """Lambda may deliver a record again."""
    objects, changed = Objects(), list[str]()
    archive = AuditArchive(objects, changed.append)
    for _ in range(2):
        archive.copy(_record("INSERT", "1", NewImage=ENTRY))
    assert objects.kept == {"entries/FAC001/2026-11-21T02:31:52.345Z#mfrggzdf.json": _typed(ENTRY)}
    assert changed == []


@pytest.mark.parametrize(
    ("kind", "images", "kept"),
    [
        ("MODIFY", {"OldImage": ENTRY, "NewImage": OTHER}, {"before": ENTRY, "after": OTHER}),
        ("REMOVE", {"OldImage": ENTRY}, {"before": ENTRY, "after": {}}),
    ],
)
def test_change_is_kept_and_reported_each_time(kind: str, images: dict[str, Any], kept: dict[str, Any]) -> None:
    """An overwritten or removed entry stays as it was in the archive; the first report of it may have been lost."""
    objects, changed = Objects(), list[str]()
    archive = AuditArchive(objects, changed.append)
    archive.copy(_record("INSERT", "1", NewImage=ENTRY))
    for _ in range(2):
        archive.copy(_record(kind, "2", **images))
    assert objects.kept["entries/FAC001/2026-11-21T02:31:52.345Z#mfrggzdf.json"] == _typed(ENTRY)
    assert objects.kept["changes/2.json"] == {"kind": kind, **{name: _typed(image) for name, image in kept.items()}}
    assert changed == [kind, kind]


def test_change_that_cannot_be_kept_is_reported() -> None:
    """The alarm does not wait for the archive."""

    class Away(Objects):
        def create(self, key: str, content: bytes) -> bool:
            raise UnavailableError(f"{key} {len(content)}")

    changed = list[str]()
    with pytest.raises(UnavailableError):
        AuditArchive(Away(), changed.append).copy(_record("REMOVE", "2", OldImage=ENTRY))
    assert changed == ["REMOVE"]


@pytest.mark.parametrize("odd", [{"B": "AAE="}, {"SS": ["a", "b"]}, {"NS": ["1"]}, {"S": "\ud800"}, {"odd": 1}])
def test_attributes_of_every_type_are_kept(odd: dict[str, Any]) -> None:
    """Whoever can add an entry must not hold up those behind it."""
    objects = Objects()
    record = _record("INSERT", "1", NewImage=ENTRY)
    record["dynamodb"]["NewImage"]["odd"] = odd
    AuditArchive(objects, list[str]().append).copy(record)
    assert objects.kept == {"entries/FAC001/2026-11-21T02:31:52.345Z#mfrggzdf.json": {**_typed(ENTRY), "odd": odd}}


@pytest.mark.parametrize(
    ("pk", "sk"), [("FAC001/2026", "a"), ("FAC001", "2026/a"), ("..", "a"), ("p" * 900, "s" * 900), ("\ud800", "a")]
)
def test_odd_keys_hide_no_other_entry(pk: str, sk: str) -> None:
    """Nor are they too long for S3."""
    objects = Objects()
    AuditArchive(objects, list[str]().append).copy(_record("INSERT", "17", NewImage={**ENTRY, "pk": pk, "sk": sk}))
    assert list(objects.kept) == ["odd/17.json"]
