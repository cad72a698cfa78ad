"""The job of certificates."""

from ilpes_lms.certificates import service


def render(code: str | None = None) -> None:
    """Make one certificate, or as a sweep all that wait."""
    if code is None:
        service.render_queued()
    else:
        service.render(code=code)


def delete_files() -> None:
    """Delete what is left of the files of certificates whose holders were erased."""
    service.delete_files()
