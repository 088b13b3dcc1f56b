"""Whatever a record does, and whoever dies between two steps: every photo arrives once, or a person knows of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pytest

from bedside.commits.errors import MetadataMissingError
from bedside.commits.requests import CommitRequest
from bedside.commits.states import FileState
from tests.fakes.faulty_record import CreateFault, FindFault
from tests.lives import Mortal, deaths
from tests.unit.commits.desk import CLINICIAN, MINUTE, PATIENT, Desk

type Happening = Callable[[Desk], object]


@dataclass(frozen=True)
class Life:
    """What the record does, how the photo's way must end, and how often the record has it then."""

    faults: tuple[CreateFault | None, ...] = ()
    find_faults: tuple[FindFault | None, ...] = ()
    searchable: bool = True
    state: FileState = "committed"
    stored: int = 1
    problem: str = ""


LIVES: Final = {
    "nothing": Life(),
    "cannot be reached": Life(("unreachable",)),
    "request lost": Life(("lost",)),
    "answer lost": Life(("answer-lost",)),
    "breaks, then loses the answer": Life(("broken", "answer-lost")),
    "answers lost again and again": Life(("lost", "lost", "answer-lost")),
    "wants it later": Life(("busy", "busy")),
    "never wants it": Life(("busy",) * 20, state="failed", stored=0, problem="gave-up"),
    "does not let us in at first": Life(("locked-out", "locked-out")),
    "never lets us in": Life(("locked-out",) * 20, state="failed", stored=0, problem="sign-in-refused"),
    "later, and does not let us in at last": Life(
        ("busy",) * 11 + ("locked-out",), state="failed", stored=0, problem="sign-in-refused"
    ),
    "never lets us in until it is away at last": Life(
        ("locked-out",) * 11 + ("unreachable",), state="failed", stored=0, problem="gave-up"
    ),
    "refuses": Life(("refused",), state="failed", stored=0, problem="not-accepted"),
    "refuses a conflict": Life(("conflict",), state="failed", stored=0, problem="conflict"),
    "later, then refuses": Life(("busy", "refused"), state="failed", stored=0, problem="not-accepted"),
    "answer lost, and does not answer the search at first": Life(("answer-lost",), ("unreachable", "unreachable")),
    "answer lost, and does not let us in at first": Life(("answer-lost",), ("refused",)),
    "answer lost, and never answers again": Life(
        ("answer-lost",), ("unreachable",) * 40, state="unknown", problem="gave-up"
    ),
    "lies": Life(("lies",), state="unknown", stored=0),
    "answer lost, and cannot be searched": Life(("answer-lost",), searchable=False, state="unknown"),
    "request lost, and cannot be searched": Life(("lost",), searchable=False, state="unknown", stored=0),
    "wants it later, and cannot be searched": Life(("busy",), searchable=False),
    "cannot be searched just then": Life(("answer-lost",), ("unsearchable",), state="unknown"),
}


@contextmanager
def _lived(life: Life, mortal: Mortal | None = None) -> Iterator[Desk]:
    with Desk.opened(mortal=mortal) as desk:
        desk.record.create_faults, desk.record.find_faults = list(life.faults), list(life.find_faults)
        desk.record.searchable = life.searchable
        desk.commit()
        desk.settle()
        _check(desk)
        yield desk


def _check(desk: Desk) -> None:
    """The photo's hold follows its file, and nothing is in the record twice."""
    file, image = desk.file(), desk.image()
    assert image.committed == (file.state == "committed")
    assert bool(image.committing) == (file.state == "unknown")
    identifiers = [one.identifier for one in desk.record.documents]
    assert len(identifiers) == len(set(identifiers))
    assert set(identifiers) <= {file.identifier}
    if file.state == "committed":
        assert file.document_id == "doc-0"
        assert desk.record.documents[0].content == b"photo a"


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_a_photo_arrives_once_or_a_person_knows(life: Life) -> None:
    """Whatever the record does."""
    with _lived(life) as desk:
        file = desk.file()
        assert (file.state, len(desk.record.documents), file.problem) == (life.state, life.stored, life.problem)
        told = desk.nobody.told[-1]
        assert (told["type"], told["status"]) == ("image-committed", life.state)
        # Pages put it in its place among the photos.
        assert (told["sequence"], told["s3Key"], told["revision"]) == (1, desk.image().key, desk.session.revision)
        assert [one.state for one in desk.outcomes_seen] == [life.state]


# What takes very many tries is like what takes two.
_SHORT: Final = {name: life for name, life in LIVES.items() if len(life.faults + life.find_faults) < 5}


@pytest.mark.parametrize("life", _SHORT.values(), ids=_SHORT)
def test_whoever_dies_it_arrives_once(life: Life) -> None:
    """A function is killed before or after each of its steps; only where the record cannot be searched nobody knows."""
    for mortal in deaths(after=True):
        with _lived(life, mortal) as desk:
            file, where = desk.file(), f"killed at step {mortal.dies_at}"
            if file.state == "unknown":
                assert life.state == "unknown" or not life.searchable, where
            elif file.state == "failed":
                assert life.state == "failed", where
                assert not desk.record.documents, where
            else:
                # Whoever died may have used up what the record refuses.
                assert (file.state, len(desk.record.documents)) == ("committed", 1), where


def test_two_functions_at_once_send_it_once() -> None:
    """Only one of them may say that it is about to."""
    with Desk.opened() as desk:
        desk.commit()
        desk.renderings.render(desk.file().key)
        [message] = desk.records_queue.due()

        def meanwhile() -> None:
            desk.record.hook = desk.mortal
            desk.delivery.deliver(message["file"])

        desk.record.hook = meanwhile
        desk.delivery.deliver(message["file"])
        assert desk.settle().state == "committed"
        assert desk.record.requests == ["create"]


def test_whoever_is_too_slow_changes_nothing() -> None:
    """Its lease is over, and somebody else has found the photo in the record by then."""
    with Desk.opened() as desk:
        desk.commit()
        desk.renderings.render(desk.file().key)
        calls: list[int] = []

        def hook() -> None:
            calls.append(desk.now)
            if len(calls) == 2:  # it is stored, and the answer on its way
                desk.record.hook = desk.mortal
                desk.now += 4 * MINUTE
                desk.delivery.deliver(desk.file().key)
                assert desk.file().state == "committed"

        desk.record.hook = hook
        desk.work()
        assert desk.record.requests == ["create", "find"]
        assert desk.settle().state == "committed"
        _check(desk)


@pytest.mark.parametrize("found", ["doc-0", None])
def test_a_person_resolves_what_nobody_knows(found: str | None) -> None:
    """What they have found counts; what is absent can be tried again, under the same identifier."""
    with Desk.opened() as desk:
        desk.record.searchable = False
        desk.record.create_faults = ["answer-lost" if found else "lost"]
        desk.commit()
        before = desk.settle()
        assert before.state == "unknown"
        desk.resolve(found)
        desk.resolve(found)  # the answer was lost
        assert desk.file().state == ("committed" if found else "failed")
        if found is None:
            desk.retry()
            assert desk.settle().state == "committed"
            assert desk.file().identifier == before.identifier
        _check(desk)
        assert len(desk.record.documents) == 1


@pytest.mark.parametrize("again", [Desk.retry, lambda desk: desk.commit(key="again")], ids=["retried", "committed"])
def test_what_was_refused_can_be_tried_again(again: Happening) -> None:
    """And is searched for first, whatever the record said."""
    with Desk.opened() as desk:
        desk.record.create_faults = ["refused"]
        desk.commit()
        assert desk.settle().problem == "not-accepted"
        again(desk)
        assert desk.image().committing == desk.file().commit_id
        assert desk.settle().state == "committed"
        assert desk.record.requests == ["create", "find", "create"]
        _check(desk)


def test_a_side_is_confirmed_once() -> None:
    """Also for a photo that the record refuses at first; a note that has changed is asked about again."""
    with Desk.opened() as desk:
        desk.arrive("odd", notes="Right forearm")
        images = [{"imageId": "odd", "version": desk.image("odd").revision, "confirmed": ["side-contradiction"]}]
        desk.record.create_faults = ["refused", "refused"]
        request = CommitRequest.model_validate({"images": images, "patient": PATIENT})
        desk.commits.create(CLINICIAN, "ENC-1", request, "key", desk.now)
        assert desk.settle("odd").state == "failed"
        desk.retry("odd")
        assert desk.settle("odd").state == "failed"
        noted = {"notes": "On the right forearm"}
        place = "SET #images.#odd.#metadata.#notes = :notes"
        desk.sessions.change(desk.session_key, place, values=noted, names={"odd": "odd"}, now_ms=desk.now)
        with pytest.raises(MetadataMissingError):
            desk.retry("odd")


def test_messages_that_get_lost_are_sent_again() -> None:
    """By the sweeper; a file of which no function takes care is given up after a day."""
    with Desk.opened() as desk:
        desk.renderings_queue.away = True
        desk.commit()
        desk.now += 5 * MINUTE
        desk.renderings_queue.away = False
        desk.sweep()
        assert desk.settle().state == "committed"
    with Desk.opened() as desk:
        desk.renderings_queue.away = True
        desk.commit()
        desk.now += 25 * 60 * MINUTE
        desk.sweep()
        assert (desk.file().state, desk.file().problem) == ("failed", "gave-up")
        _check(desk)


def test_another_record_does_not_get_what_the_first_may_have() -> None:
    """It is not searched there either: a person has to look."""
    with Desk.opened() as desk:
        desk.record.create_faults = ["answer-lost"]
        desk.commit()
        desk.work()
        desk.work()
        assert desk.file().state == "committing"
        desk.facility.name = "fhir:https://another.example"
        assert (desk.settle().state, desk.file().problem) == ("unknown", "record-changed")
        assert desk.record.requests == ["create"]


def test_a_record_that_does_not_answer_is_left_alone_for_a_while() -> None:
    """Other photos of the facility do not find that out one by one, and lose no try by it.

    Meanwhile each has one message on its way, however often one comes.
    """
    with Desk.opened("a", "b") as desk:
        desk.record.create_faults = ["unreachable"]
        desk.commit("a", "b")
        for image_id in "ab":
            desk.renderings.render(desk.file(image_id).key)
        desk.records_queue.due()
        for image_id in "aaabbb":
            desk.delivery.deliver(desk.file(image_id).key)
        on_their_way = sorted(message["file"] for _, message in desk.records_queue.waiting)
        assert on_their_way == sorted(desk.file(image_id).key for image_id in "ab")
        assert desk.record.requests == ["create"]
        assert (desk.file("a").tries, desk.file("b").tries) == (1, 0)
        assert [desk.settle("b").state, desk.settle("a").state] == ["committed", "committed"]


@pytest.mark.parametrize("life", ["nothing", "refuses", "lies", "never wants it"])
def test_what_was_rendered_is_deleted_when_nothing_needs_it(life: str) -> None:
    """The patient's name may be on it; what was taken stays."""
    with _lived(LIVES[life]) as desk:
        assert desk.file().rendered
        assert list(desk.store.objects) == [desk.image().key]


def test_what_is_no_photo_is_let_go() -> None:
    """Nobody is told about it but the clinician."""
    with Desk.opened() as desk:
        desk.store.objects[desk.image().key] = b"rubbish"
        desk.commit()
        assert (desk.settle().state, desk.file().problem) == ("failed", "photo-unreadable")
        _check(desk)
