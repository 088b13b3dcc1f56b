"""What is counted, and logged, of commits."""

from bedside.commits.file import File
from bedside.platform.observability import count, logger


def outcome_counted(file: File) -> None:
    """Count what became of a file, and log what somebody may have to see to."""
    if file.state == "committed":
        count("FileCommitted")
        return
    count("FileUnknown" if file.state == "unknown" else "FileNotCommitted")
    logger.warning("file not committed", state=file.state, problem=file.problem, tries=file.tries)
