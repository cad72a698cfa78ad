"""The catalogue's pages: one blueprint, the public ones and the coordinators'."""

from ilpes_lms.catalogue.pages import (  # noqa: F401 - they add views
    class_sessions,
    editing,
    headcounts,
    managing,
    materials,
    modules,
    public,
    records,
    staff,
)
from ilpes_lms.catalogue.pages.blueprint import pages

__all__ = ["pages"]
