"""`python -m local.openapi`: writes the OpenAPI document where the web function serves it from.

With `--check` it only tells whether the document there is of today's manifests.
"""

import json
import sys
from pathlib import Path

from local.cloud import ROOT

sys.path.insert(0, str(ROOT / "layers/core"))

from local.openapi.document import document

# docs/openapi.json is a link to it.
FILE = ROOT / "functions/web/openapi.json"


def text() -> str:
    """Return the document as it is served."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def main(path: Path = FILE) -> None:
    """Write the document."""
    path.write_text(text())


if __name__ == "__main__":
    if sys.argv[1:] != ["--check"]:
        main()
    elif FILE.read_text() != text():
        sys.exit(f"{FILE.relative_to(ROOT)} is out of date: make docs")
