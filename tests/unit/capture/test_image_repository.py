"""Images in the record: places, arrivals, changes and ends, also when many come at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bedside.capture.errors import ImageDeletedError, ImageLimitReachedError, ImageNotFoundError, SessionNotFoundError
from bedside.capture.image_repository import ImageRepository
from bedside.capture.model import MAX_DELETED, Session
from bedside.capture.session_access import SessionAccess
from bedside.capture.session_handles import HashedToken, Ticket
from bedside.capture.session_repository import SessionRepository
from bedside.live.subscriptions import Subscriber

NOW = 1_795_228_312_345
TICKET = Ticket("l", NOW + 9, Subscriber("u", "f"))
PICTURE: dict[str, Any] = {"key": "sessions/…", "uploadedAt": NOW, "metadata": {}, "notified": False}


@pytest.fixture
def images(record: SessionRepository) -> ImageRepository:
    """A session of at most three images."""
    facts = {"facilityId": "FAC001", "encounterId": "ENC-1", "patientId": "PAT-1"}
    SessionAccess(record).open("k", facts, HashedToken("t", NOW + 9), TICKET, NOW)
    return ImageRepository(record, limit=3)


def reserve(images: ImageRepository, image_id: str, now: int = NOW) -> dict[str, int]:
    return dict(images.reserve("k", NOW, image_id, now + 1000, now).slots)


def arrive(images: ImageRepository, image_id: str, now: int = NOW) -> tuple[int, bool]:
    session, first = images.add("k", NOW, image_id, PICTURE, now)
    return session.images[image_id].sequence, first


def delete(images: ImageRepository, image_id: str) -> Session | None:
    found = images._repository.find("k", NOW)  # noqa: SLF001  # as the caller has read it
    assert found
    return images.delete(found, image_id, NOW)


def test_a_place_is_held_once(images: ImageRepository) -> None:
    """Asking again holds the same place longer, and takes no second."""
    assert reserve(images, "a") == {"a": -(NOW + 1000)}
    assert reserve(images, "a", NOW + 5) == {"a": -(NOW + 1005)}


def test_the_limit_holds_for_places_and_images(images: ImageRepository) -> None:
    """A fourth place is refused whether the others are held or have arrived; what arrives is refused by images only."""
    for image_id in "ab":
        reserve(images, image_id)
    assert arrive(images, "c") == (1, True)
    with pytest.raises(ImageLimitReachedError):
        reserve(images, "d")
    assert [arrive(images, image_id) for image_id in "ab"] == [(2, True), (3, True)]
    with pytest.raises(ImageLimitReachedError):
        arrive(images, "d")


def test_a_session_does_not_grow_by_deletions(images: ImageRepository) -> None:
    """After 200 of them no more places are given; what has a place still arrives, and can be deleted."""
    reserve(images, "last")
    for number in range(MAX_DELETED):
        reserve(images, f"i-{number}")
        assert delete(images, f"i-{number}")
    with pytest.raises(ImageLimitReachedError):
        reserve(images, "one-more")
    assert arrive(images, "last") == (1, True)
    remaining = delete(images, "last")
    assert remaining
    assert len(remaining.deleted) == MAX_DELETED + 1


def test_a_lapsed_place_is_given_to_another(images: ImageRepository) -> None:
    """Its photo may still arrive if there is room, and is refused if there is none."""
    for image_id in "abc":
        reserve(images, image_id)
    assert set(reserve(images, "d", NOW + 1000)) < {"a", "b", "c", "d"}
    for image_id in "def":
        assert arrive(images, image_id, NOW + 1000)[1]
    with pytest.raises(ImageLimitReachedError):
        arrive(images, "a", NOW + 1000)


def test_an_image_arrives_once(images: ImageRepository) -> None:
    """The same arrival again says so and changes nothing."""
    assert arrive(images, "a") == (1, True)
    assert arrive(images, "a") == (1, False)
    assert arrive(images, "b") == (2, True)


def test_a_draft_stays_with_its_place(images: ImageRepository) -> None:
    """Until somebody says what is on the image, the image is taken out, or its lapsed place is given to another."""
    for image_id in "abc":
        held = images.reserve("k", NOW, image_id, NOW + 1000, NOW, {"at": NOW, "metadata": {"notes": image_id}})
    assert reserve(images, "a") == {"a": -(NOW + 1000), "b": -(NOW + 1000), "c": -(NOW + 1000)}
    assert {name: draft["metadata"]["notes"] for name, draft in held.drafts.items()} == {"a": "a", "b": "b", "c": "c"}
    session, _ = images.add("k", NOW, "a", PICTURE, NOW)
    assert set(session.drafts) == {"a", "b", "c"}
    written = images.describe(session, "a", {"notes": "a"}, NOW, source="draft")
    assert written
    assert set(written.drafts) == {"b", "c"}
    assert (written.images["a"].notified, written.images["a"].corrected) == (False, False)
    left = delete(images, "b")
    assert left
    assert set(left.drafts) == {"c"}
    images.reserve("k", NOW, "d", NOW + 2000, NOW + 1000)
    assert not images.reserve("k", NOW, "e", NOW + 2000, NOW + 1000).drafts


@pytest.mark.parametrize(("silent", "left"), [(False, set()), (True, {"a"})])
def test_a_phones_word_at_arrival_replaces_its_draft(images: ImageRepository, silent: bool, left: set[str]) -> None:  # noqa: FBT001  # parametrised
    """One that says nothing leaves it, for S3's event to find."""
    images.reserve("k", NOW, "a", NOW + 1000, NOW, {"at": NOW, "metadata": {}})
    session, _ = images.add("k", NOW, "a", PICTURE | {"notified": True, "silent": silent}, NOW)
    assert set(session.drafts) == left
    assert session.images["a"].silent is silent


def test_a_deleted_image_never_comes_back(images: ImageRepository) -> None:
    """Neither by asking for a place nor by arriving; its number is not given again; others get its room."""
    arrive(images, "a")
    left = delete(images, "a")
    assert left
    assert (left.image_count, left.revision) == (0, 2)
    for late in (lambda: reserve(images, "a"), lambda: arrive(images, "a")):
        with pytest.raises(ImageDeletedError):
            late()
    with pytest.raises(ImageNotFoundError):
        delete(images, "a")
    assert [arrive(images, image_id)[0] for image_id in "bcd"] == [2, 3, 4]


def test_an_image_can_be_deleted_before_it_arrives(images: ImageRepository) -> None:
    """Its id is dead from then on."""
    delete(images, "a")
    with pytest.raises(ImageDeletedError):
        arrive(images, "a")


def test_a_description_is_written_over_what_was_read(images: ImageRepository) -> None:
    """A second writer who read the same state is told to read again, and no change is lost."""
    arrive(images, "a")
    read, _ = images.add("k", NOW, "a", PICTURE, NOW)
    written = images.describe(read, "a", {"notes": "one"}, NOW, source="phone")
    assert written
    assert (written.images["a"].metadata, written.images["a"].revision) == ({"notes": "one"}, 2)
    assert written.images["a"].notified
    assert images.describe(read, "a", {"notes": "two"}, NOW, source="clinician") is None
    delete(images, "a")
    with pytest.raises(ImageNotFoundError):
        images.describe(written, "a", {"notes": "three"}, NOW, source="clinician")


def test_another_session_is_not_touched(images: ImageRepository, record: SessionRepository) -> None:
    """What belongs to an earlier or an ended session is refused."""
    for started in (NOW - 1, NOW + 1):
        with pytest.raises(SessionNotFoundError):
            images.reserve("k", started, "a", NOW + 9, NOW)
        with pytest.raises(SessionNotFoundError):
            images.add("k", started, "a", PICTURE, NOW)
    record.end("k", NOW)
    with pytest.raises(SessionNotFoundError):
        arrive(images, "a")
    with pytest.raises(SessionNotFoundError):
        images.reserve("none", NOW, "a", NOW + 9, NOW)


def test_twenty_at_once_get_numbers_without_gap(record: SessionRepository) -> None:
    """Parallel arrivals have the numbers 1 to 20, each once."""
    facts = {"facilityId": "FAC001", "encounterId": "ENC-1", "patientId": "PAT-1"}
    SessionAccess(record).open("k", facts, HashedToken("t", NOW + 9), TICKET, NOW)
    twenty = ImageRepository(record, limit=20)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: arrive(twenty, f"i-{number}"), range(20)))
    assert sorted(found) == [(number, True) for number in range(1, 21)]
    with pytest.raises(ImageLimitReachedError):
        arrive(twenty, "i-20")


def test_thirty_at_once_find_twenty_places(record: SessionRepository) -> None:
    """Of parallel requests exactly as many succeed as there are places."""
    facts = {"facilityId": "FAC001", "encounterId": "ENC-1", "patientId": "PAT-1"}
    SessionAccess(record).open("k", facts, HashedToken("t", NOW + 9), TICKET, NOW)
    twenty = ImageRepository(record, limit=20)

    def try_to(number: int) -> bool:
        try:
            twenty.reserve("k", NOW, f"i-{number}", NOW + 1000, NOW)
        except ImageLimitReachedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_to, range(30))) == 20
