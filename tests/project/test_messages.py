"""The pages' texts are complete in every language, and `make check` says what is not."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.web.pages import NODE, ROOT, WEB

CHECK: Final = "functions/web/check-messages.js"
HINT: Final = "belongs into a catalogue: CONTRIBUTING.md, “Add a text”"


def findings(root: Path) -> list[str]:
    """Return what the check says about the pages of a folder."""
    done = subprocess.run([str(NODE), str(root / CHECK)], capture_output=True, text=True, check=False)  # noqa: S603  # our own Node
    found = done.stderr.splitlines()
    assert done.returncode == (1 if found else 0), done.stderr
    return found


def test_all_texts_are_in_catalogues_in_every_language() -> None:
    """What this prints is what `make check` prints."""
    assert findings(ROOT) == []


def test_the_check_finds_what_is_wrong(tmp_path: Path) -> None:
    """Each line of it is a mistake that somebody could make."""
    web = tmp_path / "functions/web"
    web.mkdir(parents=True)
    for name in ("static", "messages"):
        shutil.copytree(WEB / name, web / name)
    for name in ("check-messages.js", "literals.js", "messages.js"):
        shutil.copy(WEB / name, web)
    shutil.copy(ROOT / "package.json", tmp_path)
    (tmp_path / "node_modules").symlink_to((ROOT / "node_modules").resolve())

    german = web / "messages/de/identity.json"
    texts = json.loads(german.read_text())
    del texts["identity.code.title"]
    texts["identity.code.valid"] = "Gültig noch {dauer}"
    texts["identity.code.wrong"].pop("one")
    texts["identity.code.label"] = " Code"
    texts["identity.extra"] = "Nur hier"
    german.write_text(json.dumps(texts))
    english = web / "messages/en/shell.json"
    english.write_text(json.dumps(json.loads(english.read_text()) | {"other.key": "Unused"}))
    page = web / "static/sign-in.html"
    page.write_text(page.read_text().replace("{{t identity.phone}}", "Telephone"))
    script = web / "static/js/identity/phone-number.js"
    script.write_text(
        script.read_text().replace('t("identity.phone.wrong")', '"No phone number"')
        + 'const key = "a";\nt(key);\nt("identity.gone");\nt("identity.code.valid", { tmie: "1:00" });\n'
    )

    at = len(script.read_text().splitlines())
    assert sorted(findings(tmp_path)) == sorted(
        [
            "messages/de: identity.code.title is missing",
            "messages/de: identity.code.valid has the places {dauer}, not {time}",
            "messages/de: identity.code.wrong needs the forms one, other",
            "messages/de: identity.code.label is empty, or has spaces around it",
            "messages/de: identity.extra is not in en",
            "messages/de: other.key is missing",
            'messages/en/shell.json: other.key must begin with "shell."',
            "messages/en: no page uses identity.phone.wrong",
            "messages/en: no page uses other.key",
            f"static/sign-in.html:26: “Telephone” {HINT}",
            f"static/js/identity/phone-number.js:13: “No phone number” {HINT}",
            f"static/js/identity/phone-number.js:{at - 2}: write the key out",
            f"static/js/identity/phone-number.js:{at - 1}: there is no text identity.gone",
            f"static/js/identity/phone-number.js:{at}: identity.code.valid needs the values {{time}}, written out",
        ]
    )
