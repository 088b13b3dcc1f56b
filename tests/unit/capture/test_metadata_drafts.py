"""What a phone says of a photo before it arrives: read as it was written, and by nobody else."""

from typing import Any

import pytest

from bedside.adapters.redis.client import Redis
from bedside.adapters.seal import Seal
from bedside.capture.fast_path import FastPath
from bedside.capture.metadata import Metadata
from bedside.capture.metadata_drafts import MetadataDraft, MetadataDrafts, draft_of, read_draft
from bedside.capture.taken import Taken
from bedside.platform.transient.drafts import Drafts
from tests.unit.capture.test_fast_path import KEY, NOW, session

SAID = Metadata.model_validate({"laterality": {"code": "left", "display": "Left"}, "notes": None})
DETAILS = {"laterality": {"code": "left", "display": "Left"}}


@pytest.fixture
def metadata_drafts(redis: Redis) -> MetadataDrafts:
    return MetadataDrafts(Drafts(redis, lambda: Seal({"k": b"0" * 32}), "test", b"key"))


def test_nothing_said_is_no_draft_and_an_empty_word_is_one() -> None:
    """A phone that says that there is nothing to say takes back what it said before; a user's name is kept anyway."""
    assert draft_of(None, NOW) is None
    assert draft_of(Metadata(), NOW) == MetadataDraft(NOW, {})
    assert draft_of(SAID, NOW) == MetadataDraft(NOW, DETAILS)
    of_user = MetadataDraft(NOW, {}, None, "u1")
    assert draft_of(None, NOW, user_id="u1") == of_user == read_draft(of_user.document())
    taken = MetadataDraft(NOW, DETAILS, Taken(NOW - 1, 7))
    assert draft_of(SAID, NOW, Taken(NOW - 1, 7)) == taken == read_draft(taken.document())


@pytest.mark.parametrize("kept", [None, {}, {"at": 1}, {"metadata": {}}, {"at": 1, "metadata": "x"}], ids=str)
def test_what_is_no_draft_is_none(kept: Any) -> None:
    """Whatever a store holds."""
    assert read_draft(kept) is None
    assert read_draft(MetadataDraft(1, DETAILS).document()) == MetadataDraft(1, DETAILS)


def test_a_draft_is_kept_with_the_place_in_one_request(
    fast: FastPath, redis: Redis, metadata_drafts: MetadataDrafts
) -> None:
    """Only where a place is held; asking again without a word leaves it, with one replaces it."""
    parcel = metadata_drafts.prepare(KEY, NOW, "a", MetadataDraft(NOW, DETAILS))

    def ask(image_id: str, limit: int = 3, draft: Any = parcel) -> str:
        return fast.reserve(KEY, NOW, image_id, NOW + 1000, limit, None, NOW, draft)[1]

    assert ask("a") == "unknown"
    assert metadata_drafts.find(KEY, NOW, "a", NOW) is None
    fast.store(session(), NOW)
    assert ask("a", limit=2) == "full"
    assert metadata_drafts.find(KEY, NOW, "a", NOW) is None
    before = redis.requests
    assert ask("a") == "held"
    assert redis.requests == before + 1
    assert metadata_drafts.find(KEY, NOW, "a", NOW) == MetadataDraft(NOW, DETAILS)
    assert ask("a", draft=None) == "held"
    assert metadata_drafts.find(KEY, NOW, "a", NOW) == MetadataDraft(NOW, DETAILS)
    assert ask("a", draft=metadata_drafts.prepare(KEY, NOW, "a", MetadataDraft(NOW + 1, {}))) == "held"
    assert metadata_drafts.find(KEY, NOW, "a", NOW) == MetadataDraft(NOW + 1, {})
    for other in ((KEY, NOW, "b"), (KEY, NOW + 1, "a"), ("z" * 24, NOW, "a")):
        assert metadata_drafts.find(*other, NOW) is None


def test_a_draft_of_what_is_there_or_gone_is_not_kept(fast: FastPath, metadata_drafts: MetadataDrafts) -> None:
    """The image has its details by then, or is never seen again."""
    fast.store(session(deletedImages={"gone"}), NOW)
    for image_id, outcome in (("here", "held"), ("gone", "gone")):
        parcel = metadata_drafts.prepare(KEY, NOW, image_id, MetadataDraft(NOW, DETAILS))
        assert fast.reserve(KEY, NOW, image_id, NOW + 1000, 9, None, NOW, parcel)[1] == outcome
        assert metadata_drafts.find(KEY, NOW, image_id, NOW) is None


@pytest.mark.parametrize("known", [True, False])
def test_a_mark_forgets_the_draft_in_the_same_request(
    fast: FastPath,
    redis: Redis,
    metadata_drafts: MetadataDrafts,
    known: bool,  # noqa: FBT001  # parametrised
) -> None:
    """Also where Redis knows nothing of the session; and only if it is told to."""
    if known:
        fast.store(session(), NOW)
    parcel = metadata_drafts.prepare(KEY, NOW, "held", MetadataDraft(NOW, DETAILS))
    redis.execute("SET", parcel.key, parcel.sealed)
    fast.mark(session(), "held", here=True)
    fast.extend(session())
    assert metadata_drafts.find(KEY, NOW, "held", NOW)
    before = redis.requests
    fast.mark(session(), "held", here=True, draft=metadata_drafts.key_of(KEY, NOW, "held"))
    assert redis.requests == before + 1
    assert metadata_drafts.find(KEY, NOW, "held", NOW) is None
    assert redis.execute("EXISTS", f"bedside:test:session:{KEY}") == int(known)
