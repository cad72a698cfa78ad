"""What is asked by whoever decides where requests go: is the process alive, and is what it needs there?"""

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.web import access
from ilpes_lms.web.errors import problem
from ilpes_lms.web.health import check_all, missing_text, sign_text, signs

pages = APIBlueprint("health", __name__, url_prefix="/health", enable_openapi=False)


@pages.get("/live")
@access.public
def live() -> ResponseReturnValue:
    return {"status": "alive"}


@pages.get("/ready")
@access.public
def ready() -> ResponseReturnValue:
    checks = check_all()
    faults = [
        {"field": name, "code": "missing", "message": missing_text(name)} for name, there in checks.items() if not there
    ]
    if faults:
        return problem(503, " ".join(fault["message"] for fault in faults), code="not_ready", faults=faults)
    # Who asks here decides where requests go: they are answered all the same, so it stays 200.
    wrong = {name: _(sign_text(name)) for name, fine in signs().items() if not fine}
    return {"status": "degraded" if wrong else "ready", "checks": checks, "degraded": wrong}
