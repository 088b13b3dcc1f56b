"""Moto, spelling DynamoDB's items as they are.

It looks for each of the ten kinds of value under every name that an object might have for it, which takes 40% of the
time of tests that ask DynamoDB much. Its items are spelled as on the wire already.
"""

from typing import Any

import pytest
from moto.core.model import StructureShape
from moto.core.serialize import BaseJSONSerializer


def spell_items_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer with items as moto keeps them, until the test is over."""
    spell = BaseJSONSerializer._serialize_type_structure  # noqa: SLF001  # there is no other place for it

    def spelling(serializer: BaseJSONSerializer, serialized: Any, value: Any, shape: StructureShape, key: str) -> None:
        if shape.name == "AttributeValue" and key:
            serialized[key] = value
        else:
            spell(serializer, serialized, value, shape, key)

    monkeypatch.setattr(BaseJSONSerializer, "_serialize_type_structure", spelling)
