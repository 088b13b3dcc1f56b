"""A short-lived in-process cache of people, for authentication."""

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from bedside.identity.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside.identity.person_repository import PersonRepository  # not loaded by functions that people do not call

# Sign-outs, kill switches and role changes take effect everywhere within this time.
LIFE_MS: Final = 5000
_CAPACITY: Final = 1000


class PersonCache:
    """Reads each person from DynamoDB at most every five seconds.

    It does not consult Redis for revocations, because Redis could have lost one: by an outage, a flush or an eviction.
    """

    def __init__(self, people: "Callable[[], PersonRepository]") -> None:
        self._people = people
        self._cached: OrderedDict[str, tuple[int, Person | None]] = OrderedDict()

    def recent(self, user_id: str, now_ms: int) -> tuple[Person | None, bool]:
        """Return the person as of at most five seconds ago, and whether they came from the cache."""
        cached = self._cached.get(user_id)
        if cached and now_ms - cached[0] < LIFE_MS:
            return cached[1], True
        return self.current(user_id, now_ms), False

    def current(self, user_id: str, now_ms: int) -> Person | None:
        """Return the person as currently stored."""
        person = self._people().find_unscoped(user_id)
        # The start of the call, so that the age of an entry is never underestimated.
        self._cached[user_id] = (now_ms, person)
        self._cached.move_to_end(user_id)
        while len(self._cached) > _CAPACITY:
            self._cached.popitem(last=False)
        return person

    def discard(self, user_id: str) -> None:
        self._cached.pop(user_id, None)
