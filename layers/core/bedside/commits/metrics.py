"""What is counted, and logged, of commits."""

from bedside.commits.file import File
from bedside.platform.observability import count, logger


def outcome_counted(file: File) -> None:
    """Count what became of a file, and log what somebody may have to see to."""
    if file.state == "committed":
        count("FileCommitted")
        return
    count("FileUnknown" if file.state == "unknown" else "FileNotCommitted")
    # With ids alone, by which operators find the file, and tell its facility.
    logger.warning(
        "file not committed",
        state=file.state,
        problem=file.problem,
        tries=file.tries,
        facility=file.facility_id,
        commit=file.commit_id,
        identifier=file.identifier,
    )
