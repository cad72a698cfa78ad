"""Tables across as a release says them: hidden cells are null and named; and what of them is true, for staff."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ilpes_lms.statistics.disclosure import protecting, rules
from ilpes_lms.statistics.disclosure.rules import ATTRIBUTES, SMALL, Activity, Edition, OwnCells

COUNTS_FORMAT = "ilpes-lms-statistics-counts/1"
# A release's tables by attribute, and the true counts by activity that they were made from.
Earlier = tuple[Mapping[str, Any], Mapping[str, Activity]]


def across(
    statistics: Mapping[str, Any], activities: Mapping[str, Activity], tables_of: Mapping[str, Any]
) -> dict[str, Any]:
    """Return tables with the policy that hides their cells, and with what they count and leave out."""
    totals, people = statistics["totals"], rules.participations(activities)
    everybody = totals["participations"]
    return {
        "policy": {"version": rules.POLICY_VERSION, "smallest_shown": SMALL[-1] + 1, "text": rules.POLICY},
        "scope": {
            "activities": totals["activities"] - totals["activities_without_persons"],
            "participations": people,
            "activities_left_out": totals["activities_without_persons"],
            "participations_left_out": None if everybody is None else everybody - people,
            "without_record": totals["without_record"],
        },
        "tables": tables_of,
    }


def kept(activities: Mapping[str, Activity], institutions: Mapping[str, Sequence[str]], nonce: str) -> dict[str, Any]:
    """Return what is kept beside a release; the random `nonce` lets nobody try numbers out on its digest."""
    return {
        "format": COUNTS_FORMAT,
        "nonce": nonce,
        "activities": rules.as_kept(activities),
        "institutions": {ref: list(named) for ref, named in sorted(institutions.items())},
    }


def tables(activities: Mapping[str, Activity], earlier: Sequence[Earlier]) -> dict[str, Any]:
    """Return what can be published of true counts beside all that was published before, by attribute."""
    return {name: _told(_protected(name, activities, earlier)) for name in ATTRIBUTES}


def true_tables(activities: Mapping[str, Activity]) -> dict[str, Any]:
    """Return the same tables in full, with nothing hidden."""
    best = {name: rules.edition(name, activities, rules.PLANS[name][0], hidden=()) for name in ATTRIBUTES}
    return {name: _told(one) for name, one in best.items()}


def changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each cell that differs between tables that both are published; None is a hidden cell."""
    return [change for name in ATTRIBUTES for change in _changed(name, before[name], now[name])]


def activities_behind(
    cells: Sequence[Mapping[str, Any]], then: Mapping[str, Activity], now: Mapping[str, Activity]
) -> list[list[str]]:
    """Return for each cell that differs the activities whose own number in it is another than it was.

    There are none where only what is hidden differs, or which institutions have a line of their own.
    """
    lines = {name: {*rules.listed(name, then)} & {*rules.listed(name, now)} for name in ATTRIBUTES}
    was, is_now = ({ref: rules.own_cells(one, lines) for ref, one in each.items()} for each in (then, now))
    return [_moved((cell["attribute"], cell["row"], cell["figure"]), was, is_now) for cell in cells]


def as_edition(attribute: str, told: Mapping[str, Any], activities: Mapping[str, Activity]) -> Edition:
    """Return the tables of an attribute from what a release says of them, and from its true counts."""
    hidden = {(row["row"], column) for row in told["rows"] for column in row["hidden"]}
    return rules.edition(attribute, activities, tuple(told["columns"]), [row["row"] for row in told["rows"]], hidden)


def _moved(cell: tuple[str, str, str], was: Mapping[str, OwnCells], is_now: Mapping[str, OwnCells]) -> list[str]:
    nobody: OwnCells = Counter()
    return [ref for ref in sorted({*was, *is_now}) if was.get(ref, nobody)[cell] != is_now.get(ref, nobody)[cell]]


def _protected(name: str, activities: Mapping[str, Activity], earlier: Sequence[Earlier]) -> Edition:
    before = [as_edition(name, told[name], true) for told, true in earlier]
    return protecting.protected(name, activities, before)


def _told(made: Edition) -> dict[str, Any]:
    return {"columns": list(made.columns), "rows": [_row(made, row) for row in made.rows], "totals": _totals(made)}


def _row(made: Edition, row: str) -> dict[str, Any]:
    hidden = [column for column in made.columns if (row, column) in made.hidden]
    shown = {column: None if column in hidden else made.cells.get((row, column), 0) for column in made.columns}
    return {"row": row, **shown, "hidden": hidden}


def _totals(made: Edition) -> dict[str, int]:
    known = rules.column_totals(made.activities)
    return {column: known[column] for column in made.columns}


def _changed(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if not (before["columns"] and now["columns"]):
        return
    was, is_now = ({row["row"]: row for row in each["rows"]} for each in (before, now))
    for row in sorted({*was, *is_now}):
        old, new = was.get(row), is_now.get(row)
        for column in [one for one in now["columns"] if one in before["columns"]]:
            # A row that is not listed is zero.
            values = old[column] if old else 0, new[column] if new else 0
            if values[0] != values[1]:
                yield {"attribute": name, "row": row, "figure": column, "before": values[0], "after": values[1]}
