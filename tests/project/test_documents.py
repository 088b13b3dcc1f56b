"""The documents name files, modules, links and make targets that exist."""

import fnmatch
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "layers/core/bedside"
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
# Documents shorten the paths of our code; these are the folders that they leave out.
BASES = (ROOT, CORE, ROOT / "functions/web/static", ROOT / "functions/web/static/js")
FOLDERS = {path.name for base in BASES for path in base.iterdir() if path.is_dir()}
PACKAGES = {path.name for path in CORE.iterdir() if path.is_dir()}
NAMES = {path.name for folder in ("layers/core", "tests", "events") for path in (ROOT / folder).rglob("*.*")}
SUFFIXES = (".py", ".js", ".md", ".yaml", ".toml", ".html", ".txt", ".json", ".css")
# CONTRIBUTING's worked examples.
INVENTED = ("countdown", "referrals")
# Written while the product runs.
WRITTEN = {"local/stack.json", "local/.state"}
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def spans(text: str) -> Iterator[str]:
    """Give the words in code spans, without fenced blocks."""
    for span in re.findall(r"`([^`\n]+)`", FENCE.sub("", text)):
        yield from span.split()


def is_path(word: str) -> bool:
    """Whether a word looks like a path of the repository."""
    if not re.fullmatch(r"[\w.*-][\w./*{},-]*", word) or "{stage}" in word:
        return False
    return word.endswith(SUFFIXES) or ("/" in word and word.partition("/")[0] in FOLDERS)


def alternatives(path: str) -> list[str]:
    """Expand `a/{b,c}`."""
    found = re.search(r"\{([^}]*)\}", path)
    if not found:
        return [path]
    return [each for part in found[1].split(",") for each in alternatives(path.replace(found[0], part, 1))]


def exists(path: str, document: Path) -> bool:
    """Whether there is such a file or folder; a name without a folder may be anywhere."""
    if "/" not in path and fnmatch.filter(NAMES, path):
        return True
    return any(any(base.glob(path.rstrip("/"))) for base in (*BASES, document.parent))


def resolves(name: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    module, attributes = name, list[str]()
    while "." in module and not _is_module(module):
        module, _, attribute = module.rpartition(".")
        attributes.insert(0, attribute)
    found = import_module(module)
    for attribute in attributes:
        if not hasattr(found, attribute):
            return False
        found = getattr(found, attribute)
    return True


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def anchors(document: Path) -> set[str]:
    """Give the anchors that GitHub makes of a document's headings."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
class TestDocuments:
    def test_paths_exist(self, document: Path) -> None:
        """Those in code spans, relative to the repository, our package, the pages or the document."""
        named = {each for word in spans(document.read_text()) if is_path(word) for each in alternatives(word)}
        known = {path for path in named if path in WRITTEN or any(name in path for name in INVENTED)}
        assert sorted(path for path in named - known if not exists(path, document)) == []

    def test_modules_exist(self, document: Path) -> None:
        """Names such as `visits.timeline`, with or without `bedside.` before them."""
        words = {word.removeprefix("bedside.") for word in spans(document.read_text())}
        named = {word for word in words if re.fullmatch(r"[a-z]\w*(\.\w+)+", word) and word.split(".")[0] in PACKAGES}
        files = {word for word in named if word.endswith(SUFFIXES)}
        assert sorted(name for name in named - files if not resolves(f"bedside.{name}")) == []

    def test_links_lead_somewhere(self, document: Path) -> None:
        """To files of the repository, and to headings in them."""
        for target in re.findall(r"\]\((?!https?://)([^)\s]+)\)", FENCE.sub("", document.read_text())):
            path, _, anchor = target.partition("#")
            other = document.parent / path if path else document
            assert other.exists(), target
            assert not anchor or anchor in anchors(other), target

    def test_make_targets_exist(self, document: Path) -> None:
        """In code spans and in code blocks."""
        targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        named = re.findall(r"(?:`|^ {4,})make ([a-z][a-z0-9-]*)", document.read_text(), re.MULTILINE)
        assert sorted(set(named) - targets) == []
