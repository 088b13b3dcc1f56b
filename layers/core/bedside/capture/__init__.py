"""Capture of an encounter's photos: sessions, QR codes, uploads and images."""

# The modules that other domains may import; everything else is private to capture.
__all__ = [
    "commit_holds",
    "edit_erasure",
    "edit_repository",
    "errors",
    "image",
    "live_messages",
    "model",
    "object_keys",
    "patient",
    "publisher",
    "session_repository",
    "snomed",
    "wiring",
]
