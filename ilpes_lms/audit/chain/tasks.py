"""What the chain has done in the background."""

from ilpes_lms.audit.chain import service

CHAIN, ANCHOR = "audit.chain", "audit.anchor"
SOON, EVERY_HOUR = 15.0, 3600.0


def chain() -> None:
    """Chain what was written to the record since the last time."""
    service.chain()


def anchor() -> None:
    """Write the end of the chain down outside the database."""
    service.anchor()
