"""What a deployment deploys: the stage's parameters, and one word for them and everything that was built.

Versions of functions are made anew when that word changes. SAM alone would not see that a parameter has other value:
https://github.com/aws/serverless-application-model/issues/3820.
"""

import hashlib
import tomllib
from pathlib import Path
from typing import Final

from local.cloud import ROOT

BUILT: Final = ROOT / ".aws-sam/build"
CONFIG: Final = ROOT / "samconfig.toml"
# Hex digits; descriptions of functions end with the word.
_LENGTH: Final = 16


def parameters(config: Path, stage: str, given: str = "") -> str:
    """Return the stage's parameters in samconfig.toml as `sam deploy` takes them, with those of `given` in their place.

    Raises ValueError if the file has no such stage, or its parameters are no text.
    """
    try:
        written = tomllib.loads(config.read_text())[stage]["deploy"]["parameters"].get("parameter_overrides", "")
    except KeyError as error:
        raise ValueError(f"{config.name} has no section [{stage}.deploy.parameters].") from error
    if not isinstance(written, str):
        raise ValueError(f"parameter_overrides of {stage} in {config.name} must be one text.")  # noqa: TRY004  # as said
    # The last one of a name counts.
    return f"{written} {given}".strip()


def digest(built: Path, overrides: str) -> str:
    """Return the word for what was built, and the parameters that it is deployed with."""
    found = hashlib.sha256(f"{overrides}\n".encode())
    for path in sorted(built.rglob("*")):
        if path.is_file():
            found.update(f"{path.relative_to(built)}\0".encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:_LENGTH]
