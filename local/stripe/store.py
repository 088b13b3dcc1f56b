"""Every object of the stand-in, in the shape in which Stripe shows it, with ids where Stripe can expand them."""

import copy
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from local.stripe.errors import RefusedError, missing

type Object = dict[str, Any]

# https://docs.stripe.com/api/expanding_objects
_DEEPEST = 4


class Store:
    """Objects by id; `now_ms` is the clock, `changed` hears of events, whose objects are copies."""

    def __init__(self, now_ms: Callable[[], int], changed: Callable[[str, Object, str], None]) -> None:
        self._now_ms = now_ms
        self._changed = changed
        self._objects: dict[str, Object] = {}

    def now_s(self) -> int:
        return self._now_ms() // 1000

    def add(self, prefix: str, kind: str, **fields: object) -> Object:
        """Add an object, whose id nobody can guess."""
        made: Object = {
            "id": f"{prefix}_{secrets.token_hex(14)}",
            "object": kind,
            "created": self.now_s(),
            "livemode": False,
            "metadata": {},
            **fields,
        }
        self._objects[str(made["id"])] = made
        return made

    def get(self, kind: str, object_id: Any) -> Object:  # noqa: ANN401 (a form's value)
        """Return an object itself; raises RefusedError."""
        found = self._objects.get(object_id) if isinstance(object_id, str) else None
        if found is None or found["object"] != kind:
            raise missing(kind, str(object_id))
        return found

    def all(self, kind: str, **wanted: object) -> list[Object]:
        """Return the objects of a kind with these fields, newest first."""
        found = [each for each in self._objects.values() if each["object"] == kind]
        return [each for each in reversed(found) if all(each.get(name) == value for name, value in wanted.items())]

    def tell(self, event: str, about: Object, account: str = "") -> None:
        """Send an event about an object, or about one of a connected account's."""
        self._changed(event, copy.deepcopy(about), account)

    def shown(self, found: Object, expand: Iterable[str] = ()) -> Object:
        """Return a copy of an object with other objects in the place of their ids; raises RefusedError."""
        shown = copy.deepcopy(found)
        for path in expand:
            parts = path.split(".")
            if len(parts) > _DEEPEST:
                raise RefusedError(f"You cannot expand more than {_DEEPEST} levels of a property.")
            self._expand(shown, parts)
        return shown

    def listed(self, found: list[Object], url: str, limit: int) -> Object:
        """Return a list object of these."""
        shown = [self.shown(each) for each in found[:limit]]
        return {"object": "list", "url": url, "has_more": len(found) > limit, "data": shown}

    def _expand(self, shown: Object, parts: list[str]) -> None:
        name = parts[0]
        if name == "refunds" and shown["object"] == "charge":
            shown[name] = self.listed(self.all("refund", charge=shown["id"]), f"/v1/charges/{shown['id']}/refunds", 10)
            return
        if name not in shown:
            raise RefusedError(f"This property cannot be expanded ({name}).")
        if isinstance(shown[name], str) and shown[name] in self._objects:
            shown[name] = copy.deepcopy(self._objects[shown[name]])
        if len(parts) > 1 and isinstance(shown[name], dict):
            self._expand(shown[name], parts[1:])
