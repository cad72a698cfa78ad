"""The least a Flask application can do: one constant page, as large as BARE_BYTES says; one mark, by a bare UPDATE."""

import os
from datetime import UTC, datetime
from functools import lru_cache

from flask import Flask, request
from sqlalchemy import Engine, create_engine, text

app = Flask("bare")
_LINE = "<p>constant</p>\n"
_BODY = _LINE * (int(os.environ.get("BARE_BYTES", "1000")) // len(_LINE))
_THREADS = 8
_UPDATE = text(
    "UPDATE marks SET mark = :mark, marked_at = :at, version = version + 1"
    " WHERE enrolment_id = :enrolment AND class_session_id = :session RETURNING version"
)


@app.get("/")
def constant() -> str:
    return _BODY


@app.put("/class-sessions/<int:session>/marks/<int:enrolment>")
def mark(session: int, enrolment: int) -> dict[str, int]:
    values = {"mark": request.get_json()["mark"], "at": datetime.now(UTC), "enrolment": enrolment, "session": session}
    with _engine().begin() as connection:
        return {"version": connection.execute(_UPDATE, values).scalar_one()}


@lru_cache
def _engine() -> Engine:
    return create_engine(os.environ["DATABASE_URL"], pool_size=_THREADS)
