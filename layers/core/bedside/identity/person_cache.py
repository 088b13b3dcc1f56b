"""What a token is worth now: the person behind it, as the record has them, remembered for a moment."""

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from bedside.identity.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside.identity.person_repository import PersonRepository  # those that no person calls do without it

# A kill switch, a sign-out and a change of roles take effect everywhere within this time.
BELIEVED_MS: Final = 5000
_REMEMBERED: Final = 1000


class PersonCache:
    """Reads people for the guard, at most every five seconds each.

    The record is asked and not Redis: that Redis knows of no revocation proves nothing, since it may have been away,
    emptied or short of memory when there was one.
    """

    def __init__(self, people: "Callable[[], PersonRepository]") -> None:
        self._people = people
        self._seen: OrderedDict[str, tuple[int, Person | None]] = OrderedDict()

    def recent(self, user_id: str, now_ms: int) -> tuple[Person | None, bool]:
        """Return the person as the record had them at most five seconds ago, and whether that is from memory."""
        seen = self._seen.get(user_id)
        if seen and now_ms - seen[0] < BELIEVED_MS:
            return seen[1], True
        return self.now(user_id, now_ms), False

    def now(self, user_id: str, now_ms: int) -> Person | None:
        """Return the person as the record has them now."""
        person = self._people().own(user_id)
        # The time at which the call began: what was read cannot be older.
        self._seen[user_id] = (now_ms, person)
        self._seen.move_to_end(user_id)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return person

    def forget(self, user_id: str) -> None:
        self._seen.pop(user_id, None)
