"""Messages that did not get through, as JSON."""

from typing import Any

from apiflask import APIBlueprint

from ilpes_lms.notifications.retrying import queries, schemas, service
from ilpes_lms.notifications.retrying.queries import Stranded
from ilpes_lms.notifications.routes import line
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX
from ilpes_lms.web.idempotency import idempotent

api = APIBlueprint("api_message_retries", __name__, url_prefix=PREFIX, tag="Notifications")


@api.get("/undelivered-messages")
@access.requires("notifications.retry")
@api.input(schemas.StrandedQuery, location="query", arg_name="asked")
@api.output(schemas.StrandedOut)
def stranded(asked: schemas.StrandedQuery) -> dict[str, Any]:
    """Read which messages failed or came back and were not sent again, newest first."""
    which, counts = Stranded(reason=asked.reason, domain=asked.domain, kind=asked.kind), queries.counts()
    page = queries.stranded(which, cursor=asked.cursor, size=asked.size)
    return {
        "items": [line(found) for found in page.items], "next_cursor": page.next_cursor,
        "repeatable": queries.repeatable(which), "reasons": counts.reasons, "domains": counts.domains,
        "kinds": counts.kinds,
    }  # fmt: skip


@api.post("/message-retries")
@access.requires("notifications.retry")
@idempotent
@api.input(schemas.RetryIn)
@api.output(schemas.RetryOut, status_code=202)
def retry_all(json_data: schemas.RetryIn) -> Any:
    """Send all messages of a sort again; each is asked anew whether it is still due."""
    which = Stranded(reason=json_data.reason, domain=json_data.domain, kind=json_data.kind)
    return service.retry_all(which=which, seen=json_data.count)


@api.get("/message-retries/<retry_ref>")
@access.requires("notifications.retry")
@api.output(schemas.RetryOut)
def retry(retry_ref: str) -> Any:
    """Read how far sending again has come."""
    return queries.retry(retry_ref)
