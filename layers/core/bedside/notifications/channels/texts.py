"""The texts of this package's own mail, by language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bedside.notifications.preferences import Language
from bedside.ports.channels import Message


@dataclass(frozen=True, slots=True)
class Texts:
    """Title and text of the mail with a code, with {code} and {minutes}; and how mail of a kind is turned off."""

    code_title: str
    code_text: str
    unsubscribe: str


TEXTS: Final[Mapping[Language, Texts]] = {
    "en": Texts(
        "Confirm your e-mail address",
        "{code} is your Bedside code. It is valid for {minutes} minutes. Enter it on the page where you gave this "
        "address.\n\nIf you did not ask for it, you need not do anything: nothing more will be sent here.",
        "Turn off e-mail of this kind",
    ),
    "de": Texts(
        "Bestätigen Sie Ihre E-Mail-Adresse",
        "{code} ist Ihr Code von Bedside. Er gilt {minutes} Minuten. Geben Sie ihn auf der Seite ein, auf der Sie "
        "diese Adresse angegeben haben.\n\nFalls Sie ihn nicht angefordert haben, brauchen Sie nichts zu tun: Hierher "
        "wird nichts weiter gesendet.",
        "E-Mails dieser Art abbestellen",
    ),
}


def code_message(language: Language, code: str, minutes: int, message_id: str) -> Message:
    """Return the mail with a code. Nobody unsubscribes from what they have just asked for."""
    texts = TEXTS[language]
    text = texts.code_text.format(code=code, minutes=minutes)
    return Message(texts.code_title, text, None, critical=True, message_id=message_id, language=language)
