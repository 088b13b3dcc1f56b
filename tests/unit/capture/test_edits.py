"""Edits of photos: what is accepted, what is refused, and that nothing is lost on the way to the record and back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bedside.capture.edits import MAX_BYTES, MAX_SHAPES, Edits

P, Q = {"x": 0.1, "y": 0.2}, {"x": 0.3, "y": 0.4}
BOX = {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.75}
ARROW = {"kind": "arrow", "color": "red", "start": P, "end": Q}
RULER = {"kind": "ruler", "color": "white", "start": P, "end": Q, "millimetres": 50}
TEXT = {"kind": "text", "color": "blue", "at": P, "text": "a mole"}
LINE = {"kind": "freehand", "color": "green", "points": [P, Q]}

shares = st.floats(0, 1)
colours = st.sampled_from(["red", "yellow", "green", "blue", "black", "white"])
points = st.fixed_dictionaries({"x": shares, "y": shares})


@st.composite
def boxes(draw: st.DrawFn) -> dict[str, float]:
    width, height = draw(st.floats(0.001, 1)), draw(st.floats(0.001, 1))
    return {"x": draw(st.floats(0, 1 - width)), "y": draw(st.floats(0, 1 - height)), "width": width, "height": height}


def strokes(kind: str, **more: Any) -> st.SearchStrategy[dict[str, Any]]:
    ends = st.tuples(points, points).filter(
        lambda pair: any(round(pair[0][axis], 5) != round(pair[1][axis], 5) for axis in "xy")
    )
    return st.builds(
        lambda color, pair, extra: {"kind": kind, "color": color, "start": pair[0], "end": pair[1], **extra},
        colours,
        ends,
        st.fixed_dictionaries(more),
    )


shapes = st.one_of(
    strokes("arrow"),
    strokes("measure"),
    st.fixed_dictionaries({"kind": st.just("ellipse"), "color": colours, "box": boxes()}),
    st.fixed_dictionaries(
        {"kind": st.just("freehand"), "color": colours, "points": st.lists(points, min_size=2, max_size=9)}
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("text"),
            "color": colours,
            "at": points,
            "text": st.from_regex(r"[a-zA-Zāö]{1,100}", fullmatch=True),
        }
    ),
)
documents = st.builds(
    lambda rotation, crop, drawn, ruler: {
        "format": 1,
        "rotation": rotation,
        "shapes": [*drawn, *ruler],
        **({"crop": crop} if crop else {}),
    },
    st.sampled_from([0, 90, 180, 270]),
    st.none() | boxes(),
    st.lists(shapes, max_size=12),
    st.lists(strokes("ruler", millimetres=st.floats(0.1, 2000)), max_size=1),
)


def edits(*drawn: Any, **more: Any) -> Edits:
    return Edits.model_validate_json(json.dumps({"format": 1, "rotation": 0, "shapes": list(drawn), **more}))


@given(documents)
def test_what_is_valid_comes_back_as_it_was(document: dict[str, Any]) -> None:
    """To the record and back nothing changes; from the wire, no fraction moves by more than its rounding."""
    accepted = Edits.model_validate_json(json.dumps(document))
    assert Edits.model_validate_json(accepted.text()) == accepted
    told = json.loads(accepted.text())
    assert [shape["kind"] for shape in told["shapes"]] == [shape["kind"] for shape in document["shapes"]]
    for one, other in zip(numbers(told), numbers(document), strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def numbers(value: Any) -> list[float]:
    """Return all numbers of a document, in the order of their names."""
    if isinstance(value, dict):
        return [number for name in sorted(value) for number in numbers(value[name])]
    if isinstance(value, list):
        return [number for each in value for number in numbers(each)]
    return [value] if isinstance(value, int | float) else []


@given(st.one_of(st.floats(max_value=-1e-4), st.floats(min_value=1.0001), st.just(float("nan"))))
def test_nothing_lies_outside_the_photo(number: float) -> None:
    """Neither a point nor a corner, however far away, nor what is no number."""
    for shape in ({**ARROW, "end": {"x": number, "y": 0.5}}, {**TEXT, "at": {"x": 0.5, "y": number}}):
        with pytest.raises(ValidationError):
            Edits.model_validate({"format": 1, "rotation": 0, "shapes": [shape]})
    with pytest.raises(ValidationError):
        Edits.model_validate({"format": 1, "rotation": 0, "shapes": [], "crop": {**BOX, "width": number}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": 2},
        {"format": None},
        {"rotation": 45},
        {"rotation": -90},
        {"crop": {**BOX, "x": 0.6}},
        {"crop": {**BOX, "width": 0}},
        {"shapes": [{**ARROW, "kind": "star"}]},
        {"shapes": [{**ARROW, "color": "#ff0000"}]},
        {"shapes": [{**ARROW, "end": P}]},
        {"shapes": [{**ARROW, "end": {"x": 0.100001, "y": 0.2}}]},
        {"shapes": [{**RULER, "millimetres": 0}]},
        {"shapes": [{**RULER, "millimetres": None}]},
        {"shapes": [RULER, {**RULER, "start": {"x": 0, "y": 0}}]},
        {"shapes": [{**TEXT, "text": "  "}]},
        {"shapes": [{**TEXT, "text": "x" * 101}]},
        {"shapes": [{**LINE, "points": [P]}]},
        {"shapes": [{**LINE, "points": [P] * 201}]},
        {"shapes": [ARROW] * (MAX_SHAPES + 1)},
        {"shapes": None},
    ],
)
def test_what_is_refused(wrong: dict[str, Any]) -> None:
    """Another format, another angle, what is outside, empty, endless or contradicts itself."""
    with pytest.raises(ValidationError):
        edits(**wrong)


def test_the_whole_is_bounded() -> None:
    """A hundred shapes are fine, and as many long lines are too much."""
    assert len(edits(*[ARROW] * MAX_SHAPES).shapes) == MAX_SHAPES
    long = {**LINE, "points": [{"x": 0.12345, "y": number / 1000} for number in range(200)]}
    assert len(edits(*[long] * 6).text()) < MAX_BYTES
    with pytest.raises(ValidationError, match="32 KB"):
        edits(*[long] * 20)


def test_text_is_a_clean_line() -> None:
    """Of what people paste no control and no direction mark is left."""
    [shape] = edits({**TEXT, "text": "\u202ba  \tmole\u202c"}).shapes
    assert shape.model_dump()["text"] == "a mole"
