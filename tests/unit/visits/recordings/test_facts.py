"""However its events arrive, a recording ends in the same state, and what is finished stays finished."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.visits.recordings.facts import (
    NOT_COPIED,
    file_name,
    with_beam,
    with_copy,
    with_copy_failure,
    with_copy_retry,
    with_file,
    with_provider_checked,
    with_start_accepted,
    with_start_request,
    with_stop_accepted,
    with_stop_request,
    with_unattributed_failure,
    with_visit_over,
)
from bedside.visits.recordings.model import FINISHED, GIVEN_UP, Copy, File, Recording, RecordingState
from tests.examples import examples

HOUR = 3_600_000
NEW = Recording("v", "FAC001")
COPY = Copy("recordings/FAC001/v/a.mp4", "ab" * 32, 1000)

type Change = Callable[[Recording, int], Recording]


def ask(recording: Recording, now: int) -> Recording:
    return with_start_request(recording, "room", now)


def stop(recording: Recording, now: int) -> Recording:
    return with_stop_accepted(with_stop_request(recording, now))


def started(beam: str) -> Change:
    return lambda recording, _: with_beam(recording, beam, started=True)


def stopped(beam: str) -> Change:
    return lambda recording, now: with_beam(recording, beam, stopped_at=now)


def broke(beam: str) -> Change:
    return lambda recording, _: with_beam(recording, beam, failure="MAX_RETRIES_REACHED")


def delivered(path: str, *, beam: str = "", size: int = 1000) -> Change:
    return lambda recording, now: with_file(
        recording, File(file_name(path), now, now, path=path, beam=beam, link="https://x", size=size)
    )[0]


def listed(asset_id: str, size: int) -> Change:
    return lambda recording, now: with_file(
        recording, File(file_name(asset_id), now, now, asset_id=asset_id, size=size)
    )[0]


def copy_all(recording: Recording, _: int) -> Recording:
    for file in recording.parts:
        recording = with_copy(recording, file.name, COPY)
    return recording


def lose(recording: Recording, _: int) -> Recording:
    return with_unattributed_failure(recording, "session", "CLOUD_ACCESS_ERROR")


@dataclass(frozen=True)
class Story:
    """Calls of ours in their order, what the provider tells in any, and how it ends."""

    calls: Sequence[Change]
    told: Sequence[Change]
    state: RecordingState
    parts: int


_PARTS = (started("b"), stopped("b"), delivered("s3://b", beam="b"))
_FIRST = (ask, lambda recording, _: with_start_accepted(recording), stop)
STORIES = {
    "recorded": Story(_FIRST, _PARTS, "completed", 1),
    "recorded to the end": Story((ask, with_visit_over), _PARTS, "completed", 1),
    "told by two webhooks": Story(_FIRST, (*_PARTS, delivered("s3://b")), "completed", 1),
    "told without a beam": Story(_FIRST, (started("b"), stopped("b"), delivered("s3://b")), "completed", 1),
    "only the file is told": Story(_FIRST, (delivered("s3://b"),), "completed", 1),
    "told and listed": Story(_FIRST, (*_PARTS, listed("asset", 1000)), "completed", 1),
    "twice": Story(
        (*_FIRST, *_FIRST, with_visit_over),
        (*_PARTS, started("c"), stopped("c"), delivered("s3://c", beam="c", size=2000)),
        "completed",
        2,
    ),
    "twice, and the first broke": Story(
        (*_FIRST, *_FIRST),
        (started("b"), broke("b"), stopped("b"), started("c"), stopped("c"), delivered("s3://c", beam="c")),
        "failed",
        1,
    ),
    "started in the room itself": Story((with_visit_over,), _PARTS, "completed", 1),
    "broken": Story((ask, with_visit_over), (started("b"), broke("b"), stopped("b")), "failed", 0),
    "broken, and delivered all the same": Story((ask, with_visit_over), (broke("b"), *_PARTS), "failed", 1),
    "not composed": Story(_FIRST, (started("b"), stopped("b"), lose), "failed", 0),
}


@st.composite
def arrivals(draw: st.DrawFn, story: Story) -> list[Change]:
    """Draw an order: our calls in theirs, and what the provider tells anywhere after the first, up to three times."""
    rest: list[Change] = draw(st.permutations([one for one in story.told for _ in range(draw(st.integers(1, 3)))]))
    found: list[Change] = list(story.calls[:1]) if story.calls[0] is ask else []
    calls = list(story.calls[len(found) :])
    for change in rest:
        while draw(st.booleans()) and calls:
            found.append(calls.pop(0))
        found.append(change)
        if draw(st.booleans()):
            found.append(copy_all)
    return [*found, *calls, copy_all]


@pytest.mark.parametrize("name", STORIES)
@given(data=st.data())
@settings(max_examples=examples(40))
def test_every_order_ends_the_same(name: str, data: st.DataObject) -> None:
    """In one state, with every file copied once; and the same again changes nothing."""
    story, recording = STORIES[name], NEW
    order = data.draw(arrivals(story))
    for now, change in enumerate(order, 1):
        recording = change(recording, now)
    assert (recording.state, len(recording.parts)) == (story.state, story.parts)
    assert recording.due_at(HOUR) is None
    assert all(file.copy == COPY for file in recording.parts)
    for now, change in enumerate(order, 1):
        if change in story.told:
            assert change(recording, now).state == story.state


# Not where a second part begins, or where a file comes of what had failed: that is copied, and stays failed.
@pytest.mark.parametrize("name", [name for name in STORIES if not {"twice", "delivered"} & set(re.split(r"\W+", name))])
@given(data=st.data())
@settings(max_examples=examples(40))
def test_what_is_finished_stays_finished(name: str, data: st.DataObject) -> None:
    """With one part, no webhook after the stop makes a finished recording unfinished; nor a success a failure."""
    story, recording, reached = STORIES[name], NEW, None
    for now, change in enumerate(data.draw(arrivals(story)), 1):
        recording = change(recording, now)
        if recording == with_visit_over(NEW, now):
            continue  # nothing is known of it yet
        if (recording.over or recording.asked_to_stop) and recording.state in FINISHED:
            assert reached in {None, recording.state}
            reached = recording.state
        else:
            assert reached is None
    assert reached == story.state


def test_the_states_of_a_recording() -> None:
    """One after the other, as the provider tells of them."""
    recording, seen = NEW, []
    for change in (ask, started("b"), with_stop_request, stopped("b"), delivered("s3://b", beam="b"), copy_all):
        recording = change(recording, 1)
        seen.append(recording.state)
    assert seen == ["starting", "running", "stopping", "processing", "copying", "completed"]


def test_a_second_start_makes_a_second_part() -> None:
    """Which runs although the first is still being processed, and whatever is told late of the first."""
    recording = started("b")(stop(ask(NEW, 1), 2), 3)
    recording = ask(stopped("b")(recording, 4), 5)
    assert recording.state == "starting"
    assert started("c")(recording, 6).state == "running"
    recording = copy_all(delivered("s3://b", beam="b")(recording, 6), 7)
    assert (recording.state, len(recording.parts)) == ("starting", 1)


def test_what_is_told_late_of_the_first_part_is_no_answer_to_the_second_start() -> None:
    """It goes on starting."""
    recording = copy_all(delivered("s3://b")(stop(ask(NEW, 1), 2), 3), 4)
    recording = ask(recording, 5)
    for change in (started("b"), stopped("b"), delivered("s3://b", beam="b")):
        recording = change(recording, 6)
    assert recording.state == "starting"


def test_a_recording_that_began_in_the_room_can_be_started_again() -> None:
    """Its beam is no answer to our start."""
    recording = stopped("b")(started("b")(NEW, 1), 2)
    assert ask(recording, 3).state == "starting"
    assert started("c")(ask(recording, 3), 4).state == "running"


def test_a_file_that_does_not_come_is_given_up_after_two_looks() -> None:
    """Not earlier; and is taken all the same if it comes later."""
    recording = stop(ask(NEW, 0), 1000)
    assert recording.due_at(HOUR) == 1000 + HOUR
    recording = with_provider_checked(recording, 1000 + HOUR)
    assert (recording.state, recording.due_at(HOUR)) == ("processing", 1000 + 2 * HOUR)
    recording = with_provider_checked(recording, 1000 + 2 * HOUR)
    assert (recording.state, recording.failure, recording.due_at(HOUR)) == ("failed", GIVEN_UP, None)
    recording = delivered("s3://b", beam="b")(recording, 5 * HOUR)
    assert (recording.state, recording.failure) == ("copying", "")
    assert copy_all(recording, 5 * HOUR).state == "completed"


def test_each_part_has_its_own_time() -> None:
    """That the first was given up does not give up the second."""
    recording = with_provider_checked(with_provider_checked(stop(ask(NEW, 0), 0), HOUR), 2 * HOUR)
    recording = stop(ask(recording, 3 * HOUR), 4 * HOUR)
    assert (recording.state, recording.due_at(HOUR)) == ("processing", 5 * HOUR)
    recording = delivered("s3://b", beam="b")(recording, 4 * HOUR)
    assert copy_all(recording, 5 * HOUR).state == "failed"


def test_what_was_given_up_and_came_gives_up_nothing_else() -> None:
    """The next part is waited for as any other, and looked for twice."""
    recording = with_provider_checked(with_provider_checked(stop(ask(NEW, 0), 0), HOUR), 2 * HOUR)
    recording = copy_all(delivered("s3://b")(recording, 3 * HOUR), 3 * HOUR)
    recording = stop(ask(recording, 4 * HOUR), 5 * HOUR)
    assert (recording.state, recording.due_at(HOUR)) == ("processing", 6 * HOUR)
    recording = with_provider_checked(recording, 6 * HOUR)
    assert (recording.state, recording.due_at(HOUR)) == ("processing", 7 * HOUR)
    assert with_provider_checked(recording, 7 * HOUR).state == "failed"


def test_the_first_copy_stays() -> None:
    """Whoever comes second has copied the same."""
    recording = copy_all(delivered("s3://b")(NEW, 1), 2)
    [file] = recording.parts
    assert with_copy(recording, file.name, Copy("other", "00", 1)) == recording


def test_what_had_to_stop_has_stopped() -> None:
    """A beam whose end nobody tells of does not keep a recording from being given up."""
    recording = stop(started("b")(ask(NEW, 0), 1), 2)
    assert recording.state == "stopping"
    recording = with_provider_checked(recording, 2 + HOUR)
    assert (recording.state, recording.due_at(HOUR)) == ("processing", 2 + 2 * HOUR)
    assert with_provider_checked(recording, 2 + 2 * HOUR).state == "failed"


def test_nothing_is_waited_for_while_it_runs() -> None:
    """The visit's own end ends it."""
    recording = started("b")(ask(NEW, 0), 1)
    assert recording.due_at(HOUR) is None
    assert (with_visit_over(recording, 5).state, with_visit_over(recording, 5).due_at(HOUR)) == ("processing", 5 + HOUR)


def test_a_copy_that_does_not_end_is_asked_for_twice() -> None:
    """Then it has failed, until it is copied all the same."""
    recording = delivered("s3://b", beam="b")(stop(ask(NEW, 0), 1), 2)
    [file] = recording.parts
    assert recording.due_at(HOUR) == 2 + HOUR
    recording = with_copy_retry(recording, file.name, 2 + HOUR)
    assert (recording.state, recording.due_at(HOUR)) == ("copying", 2 + 2 * HOUR)
    recording = with_copy_retry(recording, file.name, 2 + 2 * HOUR)
    assert (recording.state, recording.failure, recording.due_at(HOUR)) == ("failed", NOT_COPIED, None)
    recording = with_copy(recording, file.name, COPY)
    assert (recording.state, recording.failure) == ("completed", "")
    assert with_copy_failure(recording, file.name, "late") == recording


def test_files_are_told_apart() -> None:
    """By path and by id; what has neither in common and the same size is one, but not if the size is unknown."""
    recording = delivered("s3://b")(NEW, 1)
    assert len(listed("a", 1000)(recording, 2).parts) == 1
    assert len(listed("a", 999)(recording, 2).parts) == 2
    assert len(delivered("s3://c")(recording, 2).parts) == 2
    assert len(listed("b", 1000)(listed("a", 1000)(NEW, 1), 2).parts) == 2
    unknown = with_file(NEW, File("n", 1, 1, path="s3://b"))[0]
    assert len(with_file(unknown, File("m", 1, 1, asset_id="a"))[0].parts) == 2


def test_the_link_goes_with_the_copy() -> None:
    """Nobody needs it then, and a webhook that comes again does not bring it back."""
    recording = copy_all(delivered("s3://b")(NEW, 1), 2)
    assert [file.link for file in delivered("s3://b")(recording, 3).parts] == [""]
