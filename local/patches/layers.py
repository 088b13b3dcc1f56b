# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""A layer is unpacked once, and all environments of all functions read that folder; on AWS it is read-only too.

MiniStack unpacks every layer of a function for each of its environments: thousands of files, which took most of a cold
start's time here, and all the time of requests that were answered meanwhile.
"""

import hashlib
import os
import threading
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any

_FOLDERS = "_LAMBDA_LAYERS_DIRS"


def apply() -> None:
    runtime: Any = import_module("ministack.core.lambda_runtime")
    functions: Any = import_module("ministack.services.lambda_svc")
    layers = _Layers(Path(os.environ["TMPDIR"]) / "layers")
    spawn = runtime.Worker._spawn

    def spawn_with_folders(worker: Any) -> None:
        config = worker.config
        contents = [functions._resolve_layer_zip(layer) for layer in config.get("Layers") or []]
        folders = os.pathsep.join(str(layers.folder(content)) for content in contents if content)
        variables = {**(config.get("Environment") or {}).get("Variables", {}), _FOLDERS: folders}
        worker.config = {**config, "Layers": [], "Environment": {"Variables": variables}}
        try:
            spawn(worker)
        finally:
            worker.config = config

    runtime.Worker._spawn = spawn_with_folders


class _Layers:
    """The unpacked layers, by their content."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._one_at_a_time = threading.Lock()
        # By identity first: the emulator keeps one copy of a layer, and hashing it takes longer than the look-up.
        self._known: dict[int, tuple[bytes, Path]] = {}

    def folder(self, content: bytes) -> Path:
        with self._one_at_a_time:
            found = self._known.get(id(content))
            if found:
                return found[1]
            folder = self._home / hashlib.sha256(content).hexdigest()
            if not folder.exists():
                archive = folder.with_suffix(".zip")
                archive.parent.mkdir(parents=True, exist_ok=True)
                archive.write_bytes(content)
                with zipfile.ZipFile(archive) as packed:
                    packed.extractall(folder)
                archive.unlink()
            self._known[id(content)] = content, folder
            return folder
