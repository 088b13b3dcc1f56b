"""The parts of HTTP content negotiation that the pages need."""

from collections.abc import Collection


def accepts(encoding: str, accept_encoding: str) -> bool:
    """Return whether an Accept-Encoding header allows an encoding."""
    weights = _weights(accept_encoding)
    return weights.get(encoding, weights.get("*", 0.0)) > 0


def prefers_json(accept: str) -> bool:
    """Return whether the client prefers JSON to HTML.

    Browsers request text/html when they load a page; clients that do not (curl, fetch) get JSON.
    """
    weights = _weights(accept)
    html = max(weights.get("text/html", 0.0), weights.get("application/xhtml+xml", 0.0))
    json = max(weights.get("application/json", 0.0), weights.get("application/problem+json", 0.0))
    return html == 0 or json > html


def preferred_language(chosen: str, accept_language: str, offered: Collection[str], usual: str) -> str:
    """Return the language to answer in: the chosen one, or else the first that the browser asks for, or else `usual`.

    `de-AT` is answered in `de` where that is what is offered (RFC 4647, lookup).
    """
    if chosen in offered:
        return chosen
    weights = _weights(accept_language)
    by_name = {language.lower(): language for language in offered}
    for wanted in sorted((name for name, weight in weights.items() if weight > 0), key=lambda name: -weights[name]):
        subtags = wanted.split("-")
        for length in range(len(subtags), 0, -1):
            if language := by_name.get("-".join(subtags[:length])):
                return language
    return usual


def etag_matches(if_none_match: str, etag: str) -> bool:
    """Return whether an If-None-Match header contains this ETag, by weak comparison as RFC 9110 requires."""
    given = {candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")}
    return etag in given or "*" in given


def _weights(header: str) -> dict[str, float]:
    """Parse `a, b;q=0.5` into weights; an invalid weight counts as 0."""
    weights = {}
    for item in header.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        if name:
            weights[name] = weight
    return weights
