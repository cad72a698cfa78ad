"""The verbs of roll-ups: refresh what changed, make everything anew, check that both come to the same."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import structlog
from sqlalchemy import (
    JSON,
    ColumnElement,
    Text,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    true,
    tuple_,
)

from ilpes_lms.core.database import Model, db, inserting, transaction
from ilpes_lms.statistics.rollups import checking, queries, rules
from ilpes_lms.statistics.rollups.models import Cell, Counted, Mark, Month
from ilpes_lms.statistics.rollups.rules import COUNTS, KEYS, PLACE, SUMS, Change, Place, Standing

log = structlog.get_logger(__name__)
JOB = "statistics.refresh"
CHECK_JOB = "statistics.check_rollups"
# So many activities are refreshed in one transaction, and so many marks looked at to find them.
BATCH = 50
_MARKS = 2000
_CELL = ("dimension", "activity_id", *KEYS)


def refresh() -> int:
    """Refresh the activities that changed; return how many. Saying so twice does it once."""
    done = 0
    while number := _refresh_some():
        done += number
    return done


@transaction
def rebuild() -> None:
    """Make all roll-ups anew from what is on record."""
    _alone()
    # What is marked after this was changed after this, so it is refreshed once more, which does no harm.
    seen = [mark for mark, _activity in queries.marks(None)]
    for model in (Month, Counted, Cell):
        db.session.execute(delete(model))
    _fill(Cell, _CELL, queries.as_cells(queries.from_record(true())))
    for dimension in (rules.ALL, rules.COUNTRY, rules.SECTOR):
        _fill(Cell, _CELL, queries.lines_of(queries.kept().subquery(), dimension))
    _fill(Counted, ("activity_id",), queries.to_be_counted())
    for dimension in rules.MONTHS:
        _fill(Month, PLACE, queries.months_of(dimension))
    _unmark(seen)


def check() -> checking.Differences:
    """Return where roll-ups differ from what is on record, those aside that wait to be refreshed."""
    return checking.differences()


def mend() -> None:
    """Make all roll-ups anew if they differ from what is on record, which nothing but a lost trigger explains."""
    found = check()
    if found:
        log.warning("rollups_differ", **asdict(found))
        rebuild()


@transaction
def _refresh_some() -> int:
    _alone()
    _look_up()
    marks = queries.marks(_MARKS)
    activities = list(dict.fromkeys(activity for _mark, activity in marks))[:BATCH]
    if activities:
        _bring_up_to_date(activities)
        _unmark([mark for mark, activity in marks if activity in set(activities)])
    return len(activities)


def _alone() -> None:
    """Let nobody else write roll-ups until this transaction ends; in SQLite nobody can anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE statistics_counted IN SHARE ROW EXCLUSIVE MODE"))


def _look_up() -> None:
    """Let PostgreSQL look up what belongs to a few activities, where it would sooner read large tables whole.

    It takes each row for a turn to the disk. An activity's rows were written together, so they stand together.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL enable_seqscan = off"))


def _bring_up_to_date(activities: Sequence[int]) -> None:
    before, after = queries.counted(activities), queries.standings(activities)
    moved = [activity for activity in activities if before.get(activity) != after.get(activity)]
    stayed = [activity for activity in activities if activity not in set(moved)]
    changes = [*queries.changes(moved, whole=True), *queries.changes(stayed, whole=False)]
    _change_cells([change for change in changes if change.dimension in rules.CELLS])
    _change_months(rules.gained(changes, before, after))
    _count(moved, after)


def _change_cells(changes: Iterable[Change]) -> None:
    lines: dict[Place, Mapping[str, Any] | None] = {}
    # What goes comes first, so that what changes is not taken for gone.
    for change in sorted(changes, key=lambda change: change.sign):
        place = (change.dimension, change.activity_id, *(change.line[key] for key in KEYS))
        lines[place] = change.line if change.sign > 0 else None
    _put(Cell, _CELL, COUNTS, [{**_named(_CELL, place), **line} for place, line in lines.items() if line])
    _take_away(Cell, _CELL, [place for place, line in lines.items() if line is None])


def _change_months(gained: Mapping[Place, Counter[str]]) -> None:
    rows = [{**_named(PLACE, place), **{name: sums[name] for name in SUMS}} for place, sums in gained.items()]
    _put(Month, PLACE, SUMS, rows, adding=True)
    # A line in which no activity is left is none.
    lost = [place for place, sums in gained.items() if sums["activities"] < 0]
    _take_away(Month, PLACE, lost, Month.activities == 0)


def _count(moved: Sequence[int], after: Mapping[int, Standing]) -> None:
    db.session.execute(delete(Counted).where(Counted.activity_id.in_(moved)))
    rows = [{"activity_id": activity, **asdict(after[activity])} for activity in moved if activity in after]
    if rows:
        db.session.execute(insert(Counted), rows)


def _unmark(marks: Sequence[int]) -> None:
    for start in range(0, len(marks), _MARKS):
        db.session.execute(delete(Mark).where(Mark.id.in_(marks[start : start + _MARKS])))


def _fill(model: type[Model], key: Sequence[str], rows: queries.Rows) -> None:
    """Write rows in the order of their key: what is asked for together then stands together."""
    columns = rows.selected_columns
    ordered = rows.order_by(*[columns[name] for name in key])
    db.session.execute(insert(model).from_select([column.name for column in columns], ordered))


def _put(
    model: type[Model], key: Sequence[str], values: Sequence[str], rows: Sequence[Mapping[str, Any]], *,
    adding: bool = False,
) -> None:  # fmt: skip
    """Write rows over those that have the same key, or add them up."""
    if not rows:
        return
    new = inserting(model)
    kept = {name: new.excluded[name] + getattr(model, name) if adding else new.excluded[name] for name in values}
    written = new.on_conflict_do_update(index_elements=list(key), set_=kept)
    if db.engine.dialect.name == "postgresql":
        # All in one statement: one for each takes longer than everything else that refreshing does.
        db.session.execute(written.from_select([*key, *values], _sent(model, (*key, *values), rows)))
    else:
        db.session.execute(written, list(rows))


def _sent(model: type[Model], names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> queries.Rows:
    """Return rows of a table that are sent to PostgreSQL as one value."""
    value = cast(literal(json.dumps(rows, default=str), Text), JSON)
    found = func.json_populate_recordset(text(f"NULL::{model.__tablename__}"), value).table_valued(*names)
    return select(*[found.c[name] for name in names])


def _take_away(
    model: type[Model], key: Sequence[str], places: Sequence[Place], *conditions: ColumnElement[bool]
) -> None:
    for start in range(0, len(places), BATCH):
        among = tuple_(*[getattr(model, name) for name in key]).in_(places[start : start + BATCH])
        db.session.execute(delete(model).where(among, *conditions))


def _named(names: Sequence[str], place: Place) -> dict[str, Any]:
    return dict(zip(names, place, strict=True))
