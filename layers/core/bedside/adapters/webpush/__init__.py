"""Web push (RFC 8030): messages encrypted for one browser (RFC 8291), from a server known by its key (RFC 8292).

The package pywebpush does the same over requests and aiohttp, which would more than double a function's cold start, and
needs a package of which there is only the source. Tests have it decrypt what is sent here.
"""
