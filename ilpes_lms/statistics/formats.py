"""Compiled statistics as text: JSON, CSV, and tables for a terminal."""

import csv
import io
import json
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ilpes_lms.catalogue.rules import KIND_LABELS
from ilpes_lms.core.tables import as_text
from ilpes_lms.statistics.rules import SEXES, TABLES, share

_COLUMNS = (
    "level", "table", "kind", "title", "start", "end", "start_precision", "end_precision", "dates", "location",
    "country", "hours", "activities", "without_record", *SEXES, "total", "persons", "activities_without_persons",
    "period_start", "period_end", "definition", "definition_text",
)  # fmt: skip
_LEGEND = "An empty cell of women, men or total means that there is no record of participants, not that it is zero."
_WIDE = 62


def as_json(result: Any) -> str:
    """Return a result as people and programs read JSON."""
    return json.dumps(result, ensure_ascii=False, indent=2)


def as_csv(
    result: dict[str, Any], more: Mapping[str, object] | None = None, across: Sequence[Mapping[str, Any]] = ()
) -> str:
    """Return one row an activity, one a kind and one for all; empty where there is no record.

    Every row says its period, the code of the definition it was counted by, and how many activities in it have no
    record; the last one spells it out. `more` are columns that say the same in every row; `across` are rows of other
    levels, with columns of their own after all others.
    """
    out = io.StringIO()
    own = dict.fromkeys(name for row in across for name in row if name not in _COLUMNS)
    writer = csv.DictWriter(
        out, [*_COLUMNS, *(more or {}), *own], restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )
    writer.writeheader()
    start, end, definition = result["period"]["start"], result["period"]["end"], result["definition"]["code"]
    everywhere = {"period_start": start, "period_end": end, "definition": definition, **(more or {})}
    for row in (*_activity_rows(result), *across, *_total_rows(result)):
        writer.writerow({name: _cell(value) for name, value in {**row, **everywhere}.items()})
    return out.getvalue()


def as_table(result: dict[str, Any]) -> str:
    """Return the annex's four tables and their totals for a terminal."""
    period = result["period"]
    lines = [f"Participation statistics, {period['start']} to {period['end']}", "", *_wrapped(result), ""]
    for kind, table in TABLES.items():
        rows = [activity for activity in result["activities"] if activity["kind"] == kind]
        lines += [f"Table {table}  {KIND_LABELS[kind]}", _line("", [*SEXES, "total"])]
        lines += [_line(f"{row['title']}, {row['dates']['text']}", _numbers(row, "total")) for row in rows]
        lines += [_line("Subtotal", _numbers(result["by_kind"][kind], "participations")), ""]
    return "\n".join([*lines, *_summary(result["totals"])])


def findings_table(findings: Sequence[dict[str, Any]]) -> str:
    """Return what reconciliation found for a terminal, contradictions before ambiguities."""
    blocks = []
    for finding in findings:
        computed = "not known" if finding["computed"] is None else finding["computed"]
        title = f"{finding['type']}: {finding['figure']}"
        values = f"published {finding['published']}, computed or elsewhere {computed}"
        blocks.append("\n".join([title, *_indented(values), *_indented("; ".join(finding["where"])),
                                 *_indented(finding["note"])]))  # fmt: skip
    numbers = Counter(finding["type"] for finding in findings)
    counted = f"{numbers['contradiction']} contradictions, {numbers['ambiguity']} ambiguities"
    return "\n\n".join([*blocks, counted])


FINDINGS: dict[str, Callable[[Sequence[dict[str, Any]]], str]] = {"json": as_json, "table": findings_table}
FORMATS: dict[str, Callable[[dict[str, Any]], str]] = {"json": as_json, "table": as_table, "csv": as_csv}


def _activity_rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for activity in result["activities"] or ():
        row = {name: value for name, value in activity.items() if name not in ("ref", "dates")}
        dates = {name: value for name, value in activity["dates"].items() if name != "text"}
        names = {"level": "activity", "table": TABLES[activity["kind"]], "dates": activity["dates"]["text"]}
        names |= {"activities": 1, "without_record": int(activity["total"] is None)}
        rows.append({**names, **row, **dates})
    return rows


def _total_rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    kinds = [
        {"level": "kind", "table": table, "kind": kind, **_totalled(result["by_kind"][kind])}
        for kind, table in TABLES.items()
    ]
    legend = f" {_LEGEND}" if result["totals"]["without_record"] else ""
    spelt_out = {"definition_text": result["definition"]["text"] + legend}
    return [*kinds, {"level": "total", **_totalled(result["totals"]), **spelt_out}]


def _totalled(totals: dict[str, Any]) -> dict[str, Any]:
    return {"total" if name == "participations" else name: value for name, value in totals.items()}


def _cell(value: object) -> str:
    return as_text("" if value is None else str(value))


def _numbers(row: dict[str, Any], total: str) -> list[str]:
    return ["no record" if row[name] is None else f"{row[name]:,}" for name in (*SEXES, total)]


def _line(text: str, cells: list[str]) -> str:
    label = text if len(text) <= _WIDE else f"{text[: _WIDE - 1]}…"
    return f"  {label:<{_WIDE}}" + "".join(f"{cell:>11}" for cell in cells)


def _wrapped(result: dict[str, Any]) -> list[str]:
    return textwrap.wrap(result["definition"]["text"], 100)


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent="  ", subsequent_indent="  ")


def _summary(totals: dict[str, Any]) -> list[str]:
    rows = [_line("All activities", _numbers(totals, "participations"))]
    known = {sex: share(totals[sex], totals["participations"]) for sex in SEXES}
    rows.append(_line("Per cent", ["" if part is None else f"{part} %" for part in known.values()]))
    persons = "not known" if totals["persons"] is None else f"{totals['persons']:,}"
    unknown = totals["activities_without_persons"]
    return [
        *rows,
        f"  Activities: {totals['activities']}, without record: {totals['without_record']}",
        f"  Distinct persons: {persons} (activities where persons are not known: {unknown})",
    ]
