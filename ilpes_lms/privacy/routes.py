"""One's own data as JSON."""

from typing import Any

from ilpes_lms.privacy import exporters, schemas
from ilpes_lms.web import access
from ilpes_lms.web.api import blueprint

api = blueprint("privacy")


@api.get("/me/data")
@access.signed_in
@api.output(schemas.MyDataOut)
def my_data() -> dict[str, Any]:
    """Take along all that is stored about you."""
    return schemas.taken_along(exporters.export(access.principal().person_id or 0))
