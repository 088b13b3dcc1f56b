"""What a mail consists of: subject, plain text, simple HTML, and headers."""

from html import escape
from typing import Any, Final

from bedside.ports.channels import Message

_HTML: Final = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 sans-serif;color:#1b1f23;background:#ffffff">
<div style="max-width:34em;margin:0 auto">
{paragraphs}
</div>
</body>
</html>
"""
_QUIET: Final = "font-size:14px;color:#57606a"


def content(message: Message) -> dict[str, Any]:
    """Return the `Simple` content of SES's SendEmail."""
    return {
        "Subject": _part(_one_line(message.title)),
        "Body": {"Text": _part(plain_text(message)), "Html": _part(html(message))},
        "Headers": [{"Name": name, "Value": value} for name, value in headers(message).items()],
    }


def headers(message: Message) -> dict[str, str]:
    """Return the headers beyond those that SES sets.

    Mail programs offer to unsubscribe with one click where they find both List headers (RFC 8058).
    """
    found = {"Auto-Submitted": "auto-generated"}  # RFC 3834: nobody's absence is answered to us
    if message.unsubscribe and not message.critical:
        found["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found


def plain_text(message: Message) -> str:
    """Return the text, then the link on a line of its own, then how to get no more of them."""
    parts = [message.text, message.link or ""]
    if message.unsubscribe and not message.critical:
        parts.append(f"-- \n{message.unsubscribe_label}\n{message.unsubscribe}".replace("\n\n", "\n"))
    return "\n\n".join(part for part in parts if part) + "\n"


def html(message: Message) -> str:
    """Return the same as HTML, without pictures or anything that is loaded."""
    paragraphs = [
        f"<p>{escape(paragraph).replace('\n', '<br>')}</p>" for paragraph in message.text.split("\n\n") if paragraph
    ]
    if message.link:
        link = escape(message.link)
        paragraphs.append(f'<p><a href="{link}">{link}</a></p>')
    if message.unsubscribe and not message.critical:
        label = escape(message.unsubscribe_label or message.unsubscribe)
        paragraphs.append(f'<p style="{_QUIET}"><a href="{escape(message.unsubscribe)}">{label}</a></p>')
    return _HTML.format(
        language=escape(message.language), title=escape(message.title), paragraphs="\n".join(paragraphs)
    )


def _part(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _one_line(text: str) -> str:
    return " ".join(text.split())
