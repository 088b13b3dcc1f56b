"""What is deployed: the layers as `sam build` makes them, and every function on top of them, alone in a process."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from local.cloud import Emulator
from local.deployment import Deployment, builds_of
from tests.local.places import free_port
from tests.template.test_template import FUNCTIONS, ROOT, examples, folder
from tests.unit.platform.test_settings import NEEDED

# All is built before the first test if the running product has not, beside whatever else runs.
pytestmark = pytest.mark.timeout(600)

UNCHECKED_HASH = 0b01  # PEP 552: by hash, and the hash is not compared
# No address of ours: whatever a function asks is refused at once.
NOWHERE = "http://127.0.0.1:9"
# The example events, each with its function.
EXAMPLES = {example: name for name in FUNCTIONS for example in examples(name)}
# Nobody waits for an answer of these: what they could not do is delivered to them again, as a whole or by message.
RAISE = frozenset({"upload_watch", "timeout", "mail_events", "deployment_check"})
QUEUED = frozenset(
    {
        "webhook_processor",
        "recording_copy",
        "visit_fanout",
        "audit_copy",
        "timeline_append",
        "notification_trigger",
        "notification_dispatch",
        "photo_render",
        "record_commit",
    }
)
EXPECTED = {
    "live": (503, None),  # a ticket of the right shape, and no record to look it up in
    "token_validate": (503, "unavailable"),
    "web": (200, None),
    "health": (200, None),
}
RUNNER = Path(__file__).with_name("runner.py")
type Job = tuple[Path, str, Any]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `sam build` makes of this source: what the running product has deployed, or else built now."""
    builds = builds_of(ROOT)
    deployment = Deployment(Emulator.on(free_port()), tmp_path_factory.mktemp("sam"), builds)
    with deployment.locked():
        deployment.build()
    return builds / "sam"


@pytest.fixture(scope="session")
def deps(built: Path) -> Path:
    """The layer of third-party packages: the folder that Lambda puts on the path."""
    return built / "DepsLayer/python"


@pytest.fixture(scope="session")
def core(built: Path) -> Path:
    """The layer of our own package, as above."""
    return built / "CoreLayer/python"


@pytest.fixture(scope="session")
def imaging(built: Path) -> Path:
    """The layer of the packages that render photos, as above."""
    return built / "ImagingLayer/python"


@pytest.fixture(scope="session")
def functions(built: Path) -> Path:
    """A function, whose package holds the handlers of all but the pages."""
    return built / "Health"


@pytest.fixture(scope="session")
def web(built: Path) -> Path:
    """The function of the pages, which has a build of its own."""
    return built / "Web"


def run(layers: list[Path], jobs: Sequence[Job]) -> list[Any]:
    """Let functions answer events, each in a process whose path is the layers, its own package and nothing else."""
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-I", "-S", str(RUNNER), *map(str, layers)],
        input=json.dumps([(str(package), handler, event) for package, handler, event in jobs]),
        env={
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_ENDPOINT_URL": NOWHERE,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_LAMBDA_FUNCTION_NAME": "f",
            "PYTHONDONTWRITEBYTECODE": "1",
            **NEEDED,
            "BEDSIDE_LIVE_ENDPOINT": NOWHERE,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def answer_in(found: Any) -> Any:
    """Return a function's answer, if it lived to give one."""
    assert "died" not in found, found["died"]
    return found["answer"]


@pytest.fixture(scope="session")
def answers(built: Path, deps: Path, core: Path) -> dict[str, Any]:
    """What came of every example event."""
    jobs = [
        (built / name, FUNCTIONS[name]["Handler"], json.loads((ROOT / "events" / f"{example}.json").read_text()))
        for example, name in EXAMPLES.items()
    ]
    return dict(zip(EXAMPLES, run([deps, core], jobs), strict=True))


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_function_answers_its_example_events(example: str, answers: dict[str, Any]) -> None:
    """With no cloud to reach it still imports, starts and answers: a page, or a problem that says try again."""
    function = folder(EXAMPLES[example])
    event = json.loads((ROOT / "events" / f"{example}.json").read_text())
    answer = answer_in(answers[example])
    if function in RAISE:
        assert answer == {"raised": "UnavailableError"}  # the event is delivered again
        return
    if function == "sweep":
        assert set(answer.values()) == {0}  # each source failed by itself, and was logged and counted
        return
    if function == "webhook_replay":
        assert answer == {"refused": "Secrets could not be read."}  # told to whoever asked for it
        return
    if function in QUEUED:
        # A queue's message, or a record of a table's stream.
        messages = [each.get("messageId") or each["dynamodb"]["SequenceNumber"] for each in event["Records"]]
        assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == messages
        return
    status, slug = EXPECTED.get(function, (503, "unavailable"))
    assert answer["statusCode"] == status, answer
    if slug:
        assert json.loads(answer["body"])["type"].endswith(f"/{slug}")
        assert answer["headers"]["x-request-id"] == event["requestContext"]["requestId"]


def test_the_pages_are_deployed_built(deps: Path, core: Path, web: Path) -> None:
    """What a page names is in the package, under a name with a hash, and no source is."""
    event = json.loads((ROOT / "events/web.json").read_text())
    event["headers"]["accept-encoding"] = "identity"

    def get(path: str) -> Any:
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        [found] = run([deps, core], [(web, "web.handler.lambda_handler", event)])
        return answer_in(found)

    names = re.findall(r'"(/assets/[a-z]+-[0-9A-Z]{8}\.[a-z]+)"', get("/capture")["body"])
    assert sorted(Path(name).suffix for name in names) == [".css", ".js", ".svg"]
    for name in names:
        asset = get(name)
        assert asset["statusCode"] == 200
        assert asset["headers"]["cache-control"] == "public, max-age=31536000, immutable"
    assert {path.name for path in (web / "web").iterdir()} >= {"app.py", "openapi.json", "pages"}
    assert list(web.rglob("static")) == list(web.rglob("build.js")) == []


def test_a_missing_package_would_be_noticed(core: Path, functions: Path, tmp_path: Path) -> None:
    """The process really holds nothing else: without the layer of packages, nothing starts."""
    with pytest.raises(AssertionError, match="ModuleNotFoundError"):
        run([tmp_path, core], [(functions, "health.handler.lambda_handler", {})])


@pytest.mark.parametrize("layer", ["deps", "core", "imaging"])
def test_byte_code_is_there_and_trusted(layer: str, request: pytest.FixtureRequest) -> None:
    """Each module is compiled, by hash and unchecked: copying cannot make Lambda compile at a cold start."""
    root: Path = request.getfixturevalue(layer)
    sources = [path for path in root.rglob("*.py") if "bin" not in path.parent.parts]
    assert sources
    missing = []
    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        if not compiled.exists():
            missing.append(source)
        else:
            assert int.from_bytes(compiled.read_bytes()[4:8], "little") == UNCHECKED_HASH, compiled
    assert missing == []


def test_the_layers_fit(deps: Path, core: Path, imaging: Path, functions: Path) -> None:
    """Lambda takes 250 MB unpacked, layers and function together."""
    roots = (deps, core, imaging, functions)
    size = sum(path.stat().st_size for root in roots for path in root.rglob("*") if path.is_file())
    assert size < 250 * 1024 * 1024


def test_the_core_layer_is_our_code_alone(core: Path) -> None:
    """Nothing but the package, its byte code, and the texts of the domains that tell people something."""
    assert [path.name for path in core.iterdir()] == ["bedside"]
    others = {path for path in core.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}}
    texts = {
        core / f"bedside/{domain}/texts/{language}.json"
        for domain in ("bookings", "capture", "medications", "notifications", "visits")
        for language in ("de", "en")
    }
    assert others == texts | {core / "bedside/py.typed"}
