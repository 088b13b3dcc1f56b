import compileall
import dataclasses
from pathlib import Path

import pytest

from benchmarks.race import Runner, environment

_HANDLER = """
import json
import os
import sys
import slow

calls = 0

def handler(event, context):
    global calls
    calls += 1
    print("a line of the log")
    if event.get("fail"):
        raise KeyError("what went wrong")
    body = {"calls": calls, "said": event["say"], "aws": os.environ["AWS_ENDPOINT_URL"]}
    body |= {"left": left(context), "tls": "ssl" in sys.modules}
    return {"statusCode": 201, "body": json.dumps(body)}

def left(context):
    return context.get_remaining_time_in_millis()
"""
_SLOW = "import time\ntime.sleep(0.3)  # real time: it is measured\n"


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """Whose own folder is not compiled, and whose packages are."""
    own, packages = tmp_path / "own", tmp_path / "packages"
    for folder, name, source in ((own, "handler.py", _HANDLER), (packages, "slow.py", _SLOW)):
        folder.mkdir()
        (folder / name).write_text(source)
    compileall.compile_dir(packages, quiet=1)
    return Runner("somebody", (own, packages), {"AWS_ENDPOINT_URL": "http://aws"}, compiled=False)


def test_the_first_answer_pays_for_the_imports(runner: Runner) -> None:
    """One process answers all; what it logs does not stand between its answers."""
    with environment(runner, "handler.handler") as process:
        first, again = process.answer({"say": "é"}), process.answer({"say": "b"})
        process.finish()
    assert (first.status, first.body) == (
        201,
        {"calls": 1, "said": "é", "aws": "http://aws", "left": 20_000, "tls": False},
    )
    assert again.body["calls"] == 2
    assert first.wall >= 300 > again.wall
    # Sleeping is no work.
    assert 0 < first.cpu < first.wall


def test_a_tls_context_is_made_where_it_is_asked_for(runner: Runner) -> None:
    """Ours would otherwise be measured without what a real address needs."""
    asking = dataclasses.replace(runner, variables={**runner.variables, "BENCHMARK_TLS": "1"})
    for each, made in ((runner, False), (asking, True)):
        with environment(each, "handler.handler") as process:
            assert process.answer({"say": "a"}).body["tls"] is made
            process.finish()


def test_nothing_is_written_beside_a_functions_own_code(runner: Runner) -> None:
    """Lambda cannot either, so every process pays for it as each does there."""
    with environment(runner, "handler.handler") as process:
        process.answer({"say": "a"})
        process.finish()
    assert [path.name for path in runner.folders[0].iterdir()] == ["handler.py"]


def test_packages_without_byte_code_are_an_error(runner: Runner) -> None:
    """A process that had to compile its packages would look slower than it is."""
    for compiled in (runner.folders[1] / "__pycache__").iterdir():
        compiled.unlink()
    with environment(runner, "handler.handler") as process:
        process.answer({"say": "a"})
        with pytest.raises(RuntimeError, match=r"somebody had to compile .*slow\.py"):
            process.finish()


def test_a_process_that_ends_says_why(runner: Runner) -> None:
    """The trace of what failed is not lost."""
    with (
        environment(runner, "handler.handler") as process,
        pytest.raises(RuntimeError, match="what went wrong"),
    ):
        process.answer({"fail": True})
