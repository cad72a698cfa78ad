"""The catalogue as JSON: what its pages can do, through the same service."""

from ilpes_lms.catalogue.routes import activities, class_sessions, materials, modules, records, staff  # noqa: F401 - they add their routes
from ilpes_lms.catalogue.routes.blueprint import api

__all__ = ["api"]
