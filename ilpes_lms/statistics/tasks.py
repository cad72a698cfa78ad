"""Work in the background."""

from ilpes_lms.statistics import service


def compile_waiting(compilation_ref: str | None = None) -> None:
    """Compile the one that was asked for, or, as a sweep, all that wait."""
    service.compile_queued(compilation_ref)
