import fcntl
import hashlib
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from local.child import Child
from local.cloud import REGION, ROOT, Emulator, aws_environment

STACK = "bedside-local"
_ARTIFACTS = "bedside-local-artifacts"
_SOURCES = (
    "template.yaml",
    "samconfig.toml",
    "requirements",
    "layers",
    "functions",
    "package.json",
    "package-lock.json",
)
_IGNORED = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", ".DS_Store"})


def architecture() -> str:
    """Return Lambda's name for this machine's architecture: the layer's compiled packages have to run here."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def builds_of(root: Path) -> Path:
    """Return the folder where all runs of this checkout keep what was built from a source."""
    builds = ROOT / "local/.state/build"
    return builds if root == ROOT else builds / hashlib.sha256(str(root).encode()).hexdigest()[:16]


def client(service: str, emulator: Emulator) -> Any:  # noqa: ANN401 (each service has a type of its own)
    """Make an administrator's boto3 client for the local cloud."""
    make: Any = boto3.session.Session().client  # its stubs know services by literal name only
    return make(
        service,
        endpoint_url=emulator.endpoint,
        region_name=REGION,
        aws_access_key_id=emulator.access_key,
        aws_secret_access_key=emulator.secret_key,
    )


class Deployment:
    """`sam build` and `sam deploy` of a template; builds are shared by all ports and skipped when nothing changed."""

    def __init__(
        self,
        emulator: Emulator,
        state: Path,
        builds: Path,
        root: Path = ROOT,
    ) -> None:
        self._emulator = emulator
        self._state = state
        self._root = root
        self._folder = builds
        environment = aws_environment(emulator, state)
        tools = [str(Path(sys.executable).parent), str(ROOT / ".tools/bin"), str(ROOT / ".tools")]
        path = os.pathsep.join([*tools, environment["PATH"]])
        # sam asks for the stack's progress every 5 s unless told otherwise.
        self._environment = {**environment, "PATH": path, "SAM_CLI_POLL_DELAY": "0.5", "ARCHITECTURE": architecture()}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs from this checkout away from the build folder."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def build(self) -> bool:
        """Run `sam build`; returns whether it was necessary. Raises RuntimeError with sam's last lines if it fails."""
        digest, noted = self._digest(), self._folder / "digest"
        if noted.exists() and noted.read_text() == digest and self._template.exists():
            return False
        noted.unlink(missing_ok=True)
        self._sam(
            "build",
            *("--template-file", str(self._root / "template.yaml")),
            *("--build-dir", str(self._template.parent)),
            *("--parameter-overrides", f"Architecture={architecture()}"),
        )
        noted.write_text(digest)
        return True

    def deploy(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Run `sam deploy`; returns the stack's outputs. Raises RuntimeError with sam's last lines if it fails."""
        client("s3", self._emulator).create_bucket(Bucket=_ARTIFACTS)
        self._sam(
            "deploy",
            *("--template-file", str(self._template)),
            *("--stack-name", STACK, "--s3-bucket", _ARTIFACTS, "--region", REGION),
            *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"),
            *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"),
            *("--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())),
        )
        [stack] = client("cloudformation", self._emulator).describe_stacks(StackName=STACK)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    @property
    def _template(self) -> Path:
        return self._folder / "sam/template.yaml"

    def _sam(self, command: str, *arguments: str) -> None:
        sam = str(Path(sys.executable).parent / "sam")
        child = Child(
            f"sam {command}",
            [sam, command, "--config-env", "local", *arguments],
            self._state / f"sam-{command}.log",
            self._environment,
            cwd=self._root,
        )
        try:
            status = child.wait()
        finally:
            child.stop()
        if status != 0:
            raise RuntimeError(f"sam {command} failed:\n{child.last_words(30)}")

    def _digest(self) -> str:
        """Hash everything a build reads."""
        digest = hashlib.sha256(f"{architecture()} {sys.version}".encode())
        for source in _SOURCES:
            top = self._root / source
            for path in sorted([top] if top.is_file() else top.rglob("*")):
                if path.is_file() and not _IGNORED.intersection(path.parts):
                    digest.update(f"{path.relative_to(self._root)}\0{path.stat().st_mode}\0".encode())
                    digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()
