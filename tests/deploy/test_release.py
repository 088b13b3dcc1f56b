"""The word for what is deployed: whatever reaches running functions changes it, and nothing else does."""

from pathlib import Path

import pytest

from deploy.release import CONFIG, digest, parameters


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What `sam build` leaves: a template, code and a layer."""
    for name in ("template.yaml", "Otp/handler.py", "CoreLayer/python/bedside/__init__.py"):
        path = tmp_path / "build" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "build"


def test_the_same_is_the_same_word(built: Path) -> None:
    """Deploying an unchanged product makes no versions."""
    assert digest(built, "Stage=prod") == digest(built, "Stage=prod")


@pytest.mark.parametrize("name", ["template.yaml", "Otp/handler.py", "CoreLayer/python/bedside/__init__.py"])
def test_every_file_counts(built: Path, name: str) -> None:
    """Code of a function as well as a layer, and whether a file is there at all."""
    words = [digest(built, "")]
    (built / name).write_text("other")
    words.append(digest(built, ""))
    (built / name).unlink()
    words.append(digest(built, ""))
    assert len(set(words)) == 3


def test_a_parameter_counts(built: Path) -> None:
    """Operators change one to end every running environment."""
    assert digest(built, "RedisDeadlineMs=300") != digest(built, "RedisDeadlineMs=301")


def test_what_is_given_comes_after_the_stages_own() -> None:
    """SAM takes the last value of a name."""
    assert parameters(CONFIG, "prod", "Canary=false").endswith("Canary=true Canary=false")
    assert parameters(CONFIG, "staging").startswith("Stage=staging ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[prod.deploy.parameters]\n", "no section"),
        ('[staging.deploy.parameters]\nparameter_overrides = ["A=1"]\n', "one text"),
    ],
)
def test_a_stage_without_parameters_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """Before anything is built, in a line that says what is missing."""
    config = tmp_path / "samconfig.toml"
    config.write_text(text)
    with pytest.raises(ValueError, match=told):
        parameters(config, "staging")
