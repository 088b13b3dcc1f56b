"""The pages as they are built: what each loads, how much that is, and what the builder refuses."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.web.pages import MESSAGES, ROOT, STATIC, WEB, build, built
from web.site import Site, load_site

PAGES = sorted(path.stem for path in STATIC.glob("*.html"))


@pytest.fixture(scope="module")
def site() -> Site:
    return load_site()


def named(site: Site, page: str) -> list[str]:
    """Return the assets that a page names."""
    return re.findall(r'"/assets/([^"]+)"', site.pages[page].plain.body.decode())


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_one_script_and_one_stylesheet(site: Site, page: str) -> None:
    """Beside them only its icon; all of them exist, and nothing of the page has to be filled in but its settings."""
    html = site.pages[page].plain.body.decode()
    scripts = [] if page == "not-found" else [f"{page}.js"]
    icons = [] if page == "not-found" else ["icon.svg"]
    assert {name: site.current.get(name) for name in [*icons, f"{page}.css", *scripts]} == {
        re.sub(r"-[0-9A-Z]{8}", "", name): name for name in named(site, page)
    }
    assert "{{" not in html


@pytest.mark.parametrize("page", PAGES)
def test_the_first_load_is_small(site: Site, page: str) -> None:
    """The phone's page takes at most 4 requests and 24 KB for a phone that takes gzip only; others 5 and 36, or 37 KB.

    An address that a browser asks for by itself, `/favicon.ico`, is none, because every page names its icon.
    """
    names = named(site, page)
    assert 1 + len(names) <= (4 if page == "capture" else 5)
    files = [site.pages[page], *(site.assets[name] for name in names)]
    size = sum(len(file.compressed.get("gzip", file.plain).body) for file in files)
    assert size <= {"capture": 24_000, "visit": 37_000}.get(page, 36_000), size


def test_a_page_in_another_language_loads_as_little(site: Site) -> None:
    """Its script holds its own language's texts and no keys; it shares its stylesheet with the page in English."""
    assert {"account", "sign-in"} <= site.translations["de"].keys() <= site.pages.keys()
    for page, file in site.translations["de"].items():
        html = file.plain.body.decode()
        assert html.startswith('<!doctype html>\n<html lang="de" dir="ltr">')
        assert "{{" not in html
        names = re.findall(r'"/assets/([^"]+)"', html)
        english = named(site, page)
        assert len(names) == len(english)
        assert {name for name in names if not name.endswith(".js")} <= set(english)
        files = [file, *(site.assets[name] for name in names)]
        size = sum(len(each.compressed.get("gzip", each.plain).body) for each in files)
        assert size <= {"capture": 24_500, "visit": 37_500}.get(page, 36_500), (page, size)
    for ending, text, other in (("", "Sending…", "Wird gesendet …"), (".de", "Wird gesendet …", "Sending…")):
        script = site.assets[site.current[f"sign-in{ending}.js"]].plain.body.decode()
        assert text in script
        assert other not in script
        assert "identity.sign-in" not in script


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_no_inline_script_or_style(site: Site, page: str) -> None:
    """The policy would forbid them, as it does anything of another site's."""
    html = site.pages[page].plain.body.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", html) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", html) == []
    assert re.findall(r"(?:src|href)=[\"']https?:", html) == []


def test_a_script_names_its_worker_by_its_hash(site: Site) -> None:
    """A page of one version never starts the worker of another, and both are kept for good."""
    script = site.assets[site.current["capture.js"]].plain.body.decode()
    assert f'new URL("./{site.current["encode-worker.js"]}",import.meta.url)' in script


# Modules without state of their own: what a script that is loaded later imports, it gets a second time.
STATELESS = {
    *("shell/confirm-dialog.js", "shell/dates.js", "shell/device.js", "shell/dom.js", "shell/faults.js"),
    *("shell/download.js", "shell/fresh.js"),
    *("shell/format.js", "shell/messages.js", "shell/palette/ranking.js", "shell/text.js", "shell/users.js"),
}


@pytest.mark.parametrize(
    ("name", "loader"),
    [
        *((name, "desktop") for name in ("preview", "edited-thumbnail", "session-aside", "light-table")),
        *((name, "desktop") for name in ("no-access", "mismatch")),
        ("photo-desk", "preview"),
        ("searches", "account"),
        ("template-dialog", "visit"),
        *((name, "visit") for name in ("call-check", "calendar", "faults", "reschedule-dialog")),
        ("free-times-field", "reschedule-dialog"),
    ],
)
def test_a_script_that_is_loaded_later_shares_no_state(site: Site, name: str, loader: str) -> None:
    """The page names it by its hash and does without it at first; it repeats no module that remembers anything."""
    page = site.assets[site.current[f"{loader}.js"]].plain.body.decode()
    later = site.current[f"{name}.js"]
    assert f'import("./{later}")' in page
    sources = json.loads(site.assets[f"{later}.map"].plain.body)["sources"]
    shared = {source.partition("/js/")[2] for source in sources}
    assert {name for name in shared if name.startswith("shell/")} <= STATELESS


def test_the_bells_live_part_asks_by_the_pages_own_calls(site: Site) -> None:
    """It repeats the live channel and the errors of calls, but nothing that knows who is signed in."""
    page = site.assets[site.current["account.js"]].plain.body.decode()
    later = site.current["bell-live.js"]
    assert f'import("./{later}")' in page
    sources = json.loads(site.assets[f"{later}.map"].plain.body)["sources"]
    shared = {source.partition("/js/shell/")[2] for source in sources}
    modules = {
        *("device-store.js", "http.js"),
        *(f"live/{name}.js" for name in ("channel", "fetcher", "opener", "socket")),
    }
    assert shared == {"", *modules}


def test_texts_are_compressed_twice(site: Site) -> None:
    """Brotli is the smaller and comes first; pictures and texts alike, and no source map."""
    for name, file in site.assets.items():
        assert list(file.compressed) == ([] if name.endswith(".map") else ["br", "gzip"]), name
        sizes = [len(each.body) for each in (*file.compressed.values(), file.plain)]
        assert sizes == sorted(sizes), name


@pytest.mark.parametrize("kind", ["js", "css"])
def test_source_maps_lead_to_the_sources(site: Site, kind: str) -> None:
    """They hold the sources as they are, under their paths in the project and under none of the builder's machine."""
    name = site.current[f"desktop.{kind}"]
    assert f"sourceMappingURL={name}.map" in site.assets[name].plain.body.decode()
    found = json.loads(site.assets[f"{name}.map"].plain.body)
    for source, content in zip(found["sources"], found["sourcesContent"], strict=True):
        assert (STATIC / "assets" / source).resolve().read_text() == content


@pytest.mark.slow
def test_two_builds_are_the_same(tmp_path: Path) -> None:
    """So an unchanged page keeps its addresses, and browsers what they have."""
    build(tmp_path / "again")
    files = {path.relative_to(built()): path.read_bytes() for path in built().rglob("*.*")}
    assert files == {path.relative_to(tmp_path / "again"): path.read_bytes() for path in tmp_path.rglob("*.*")}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what builds the pages, to change."""
    web = tmp_path / "functions/web"
    shutil.copytree(STATIC, web / "static")
    shutil.copytree(MESSAGES, web / "messages")
    for name in ("build.js", "messages.js"):
        shutil.copy(WEB / name, web)
    shutil.copy(ROOT / "package.json", tmp_path)
    (tmp_path / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    return tmp_path


def test_what_old_browsers_lack_is_not_built(copy: Path) -> None:
    """A look-behind, on which Safari before 16.4 gives up the whole script, is an error that names its place."""
    module = copy / "functions/web/static/js/shell/format.js"
    module.write_text(module.read_text() + "export const amount = /(?<=\\$)\\d+/;\n")
    with pytest.raises(RuntimeError, match=r"Lookbehind assertions.*\n\n *functions/web/static/js/shell/format\.js"):
        build(copy / "pages", copy / "functions/web/build.js")


@pytest.mark.slow
def test_newer_syntax_is_rewritten_for_old_browsers(copy: Path) -> None:
    """Static blocks came with Safari 16.4; the built script has none."""
    module = copy / "functions/web/static/js/docs/main.js"
    module.write_text(module.read_text() + "class Later { static { Later.now = 1; } }\nglobalThis.later = Later.now;\n")
    build(copy / "pages", copy / "functions/web/build.js")
    site = load_site(copy / "pages")
    assert "static{" not in site.assets[site.current["api.js"]].plain.body.decode()


@pytest.mark.parametrize(
    ("place", "old", "new", "error"),
    [
        ("js/identity/pages.js", "identity.page.people", "identity.page.persons", "no text identity.page.persons"),
        ("sign-in.html", "identity.code.title", "identity.code.tilte", "no text identity.code.tilte"),
        ("sign-in.html", "identity.code.title", "shell.palette.results", "a document cannot count"),
        ("js/identity/pages.js", "identity.page.people", "shell.palette.results", "needs a count"),
    ],
)
def test_a_text_that_is_missing_is_an_error(copy: Path, place: str, old: str, new: str, error: str) -> None:
    """No page is built with a key in place of its text."""
    file = copy / "functions/web/static" / place
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(RuntimeError, match=error):
        build(copy / "pages", copy / "functions/web/build.js")


def test_a_part_that_is_missing_is_an_error(copy: Path) -> None:
    """No page is built with a hole in it."""
    (copy / "functions/web/static/parts/head.html").unlink()
    with pytest.raises(RuntimeError, match=r"parts/head\.html"):
        build(copy / "pages", copy / "functions/web/build.js")
