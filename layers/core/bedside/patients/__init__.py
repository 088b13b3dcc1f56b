"""The directory of a facility's patients: who they are, how they are found, and whom they sign in as."""

# The modules that other domains may import; everything else is private to patients.
__all__ = ["directory", "errors", "intake", "patient", "repository", "tied", "wiring"]
