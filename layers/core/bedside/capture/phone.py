"""Phones of a session: the first that exchanges a code takes it, others ask to be let in. No I/O."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from bedside.capture.pairing_words import FIRST, SECOND
from bedside.kernel.pseudonym import pseudonym

type Standing = Literal["joined", "asking", "refused"]

# Of phones that a session stores, with those that were refused: who may drop out could ask again.
MAX_PHONES: Final = 20
# Of ids that a device may have in a session; with 20 phones and 4096 pairs of words the second is rarely needed.
_MAX_IDS: Final = 8
_MODEL: Final = re.compile(r"Android [^;)]*; ([A-Za-z0-9][A-Za-z0-9 ._-]{0,23}?)(?: Build/[^;)]*)?[;)]")
# Since 2023 Chrome says this of every Android phone (https://www.chromium.org/updates/ua-reduction/).
_NO_MODEL: Final = frozenset({"K", "wv", "Mobile", "Tablet"})
_SYSTEMS: Final = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Macintosh", "Mac"), ("Windows", "Windows computer"))


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that has exchanged a code, by its id in the session; `at` (Unix ms) is when it did so first."""

    phone_id: str
    name: str
    at: int
    standing: Standing

    @property
    def words(self) -> str:
        """Two words that phone and desktop show, so that a person can see that they mean the same phone."""
        return words_of(self.phone_id)

    def record(self) -> dict[str, Any]:
        """Return the phone as an attribute of the session's item."""
        return {"name": self.name, "at": self.at, "standing": self.standing}


def phone_from_record(phone_id: str, record: Mapping[str, Any]) -> Phone:
    """Return a phone as stored."""
    return Phone(phone_id, record["name"], int(record["at"]), record["standing"])


def phone_id_of(pseudonym_key: bytes, session_key: str, device: str, number: int = 0) -> str:
    """Return a device's id in the sessions of one encounter, or a further one by its number.

    Nothing of it tells that the device was in others, and nobody can choose a device with a certain id or words.
    """
    return pseudonym(pseudonym_key, f"phone\n{session_key}\n{number}\n{device}", 16)


def phone_ids_of(pseudonym_key: bytes, session_key: str, device: str) -> Iterator[str]:
    """Yield the ids that a device may have; it takes the first whose words no other phone of the session has."""
    return (phone_id_of(pseudonym_key, session_key, device, number) for number in range(_MAX_IDS))


def words_of(phone_id: str) -> str:
    """Return the two words for a phone."""
    first, second = divmod(int(phone_id[:8], 16) % (len(FIRST) * len(SECOND)), len(SECOND))
    return f"{FIRST[first]} {SECOND[second]}"


def phone_name(user_agent: str, model: str = "") -> str:
    """Return a phone's name such as "Android phone (Pixel 8)", by its User-Agent and Sec-CH-UA-Model headers."""
    if "Android" not in user_agent:
        return next((name for mark, name in _SYSTEMS if mark in user_agent), "Phone")
    kind = "Android phone" if "Mobile" in user_agent else "Android tablet"
    found = _MODEL.search(f"Android 0; {model.strip('"')})") or _MODEL.search(user_agent)
    if found is None or found[1] in _NO_MODEL:
        return kind
    return f"{kind} ({found[1]})"


def numbered(phones: Iterable[Phone]) -> dict[str, str]:
    """Return the phones' names by their ids; of phones with one name, the second is "iPhone 2", in order of asking."""
    names: dict[str, str] = {}
    seen: dict[str, int] = {}
    for phone in sorted(phones, key=lambda each: (each.at, each.phone_id)):
        seen[phone.name] = seen.get(phone.name, 0) + 1
        names[phone.phone_id] = f"{phone.name} {seen[phone.name]}" if seen[phone.name] > 1 else phone.name
    return names


def free_id(ids: Iterable[str], phones: Iterable[str]) -> str | None:
    """Return the first of a device's ids whose words no phone, by its id, has yet; None if all words are taken."""
    taken = {words_of(each) for each in phones}
    return next((each for each in ids if words_of(each) not in taken), None)
