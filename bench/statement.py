"""`statistics show` for the report's period, once, in a fresh process; prints how long its work took, as JSON.

The application is made and the database connected before the clock starts; what is timed is the command itself.
"""

import json
import time

from sqlalchemy import select

from ilpes_lms.app import create_app
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.database import db

_COMMAND = ["statistics", "show", "--from", "2021-06-01", "--to", "2022-05-31", "--format", "json"]
_PARTICIPATIONS = 4328


def main() -> None:
    app = create_app()
    runner = app.test_cli_runner()
    with app.app_context(), db.engine.connect() as connection:
        plain = select(Activity.__table__)
        connection.execute(plain).all()
        start = time.perf_counter()
        connection.execute(plain).all()
        select_seconds = time.perf_counter() - start
    start, cpu = time.perf_counter(), time.process_time()
    result = runner.invoke(args=_COMMAND)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    if result.exit_code or json.loads(result.output)["totals"]["participations"] != _PARTICIPATIONS:
        raise RuntimeError(f"statistics show answered: {result.output[:400]} {result.exception!r}")
    print(json.dumps({"seconds": seconds, "cpu": cpu_seconds, "select": select_seconds}))


if __name__ == "__main__":
    main()
