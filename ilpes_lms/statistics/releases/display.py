"""Releases, what a revision changed and what has drifted, in the reader's language."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from ilpes_lms.core.text import N_
from ilpes_lms.people.vocabularies import countries
from ilpes_lms.statistics.disclosure.display import Across, Institutions, changed_cells, tables
from ilpes_lms.statistics.display import Shown, Table, dates_text
from ilpes_lms.statistics.releases.models import Release
from ilpes_lms.statistics.releases.queries import Logged
from ilpes_lms.statistics.releases.rules import ALL, CORRECTED, FIGURES, SHARE, explains
from ilpes_lms.statistics.releases.service import Drift, Explained, Preview
from ilpes_lms.statistics.rules import KINDS, RULE_NAMES, SEX_LABELS, SHORT_TITLES
from ilpes_lms.web import i18n, names

_MINUS = "\u2212"
# So many rows stand open at once: on a phone each is a card of its own.
_AT_ONCE = 10
_LABELS = {
    "activities": N_("Activities"),
    "without_record": N_("Activities without record"),
    "participations": N_("Participations"),
    "persons": N_("Distinct persons"),
    "activities_without_persons": N_("Activities whose persons are not on record"),
    **SEX_LABELS,
    "total": N_("Total"),
    "kind": N_("Type of course"),
    "title": N_("Name of activity"),
    "dates": N_("Dates"),
    "location": N_("Location"),
    "country": N_("Country"),
    "hours": N_("Hours"),
    "counted": N_("Counted in this period"),
    SHARE: N_("Share in per cent"),
}
# What was logged and can move a figure; a deed that is not here is told as an edit.
_DEEDS = {
    "activity.headcount": N_("Headcount recorded"),
    "activity.record.people": N_("Switched to people on record one by one"),
    "activity.record.headcount": N_("Switched to a headcount"),
    "activity.record.no_record": N_("Said to have no record"),
    "activity.cancel": N_("Activity cancelled"),
    "enrolment.confirmed": N_("Enrolment confirmed"),
    f"{CORRECTED}sex": N_("Sex corrected in an enrolment"),
    f"{CORRECTED}country": N_("Country corrected in an enrolment"),
    f"{CORRECTED}sector": N_("Sector corrected in an enrolment"),
    **dict.fromkeys(
        (f"{CORRECTED}organization_name", f"{CORRECTED}organization_country"),
        N_("Institution corrected in an enrolment"),
    ),
}
_EDITED, _ENDED = N_("Activity edited"), N_("Enrolment ended")


class ReleaseShown:
    """A release with its figures, its definition and what it changed."""

    def __init__(self, release: Release, explained: Explained | None = None) -> None:
        self.release = release
        self.shown = (PrintedShown if release.published_in else Shown)(release.statistics)
        self.reason: str | None = release.said["reason"]
        columns = (_("Published before"), _("Published now"))
        told = Explained(release.said["changes"], release.said.get("changed_cells", []))
        self.changes = Changes(explained or told, columns, release.institutions, log=explained is not None)
        crossed = release.cross_tables
        self.across = Across(crossed, release.institutions, self.shown.period_text) if crossed else None

    @property
    def title(self) -> str:
        return release_title(self.release)

    @property
    def printed(self) -> bool:
        return self.release.published_in is not None

    @property
    def rule(self) -> str:
        rule = self.release.said["rule"]
        name = RULE_NAMES[rule["code"]]
        return str(_("%(name)s, version %(version)s", name=_(name), version=rule["version"]))

    @property
    def notes(self) -> list[str]:
        """Return what a document made from a release says of it."""
        release = self.release
        told = _(
            "Release %(number)s, published on %(moment)s.",
            number=release.number, moment=i18n.moment(release.published_at),
        )  # fmt: skip
        return [told, f"SHA-256 {release.digest}", *([self.reason] if self.reason else [])]


class PrintedShown(Shown):
    """What a document printed of a period as one table; what it did not print is said to be so."""

    @property
    def table(self) -> Table:
        headers = [_("Type of course"), *(str(_(_LABELS[name])) for name in self._printed), _("Share")]
        rows = [self._row(_short(kind), self.result["by_kind"][kind], self._share(kind)) for kind in KINDS]
        total = self._row(_("Total"), self.result["totals"], "")
        return Table(self._caption(_("As published")), headers, rows, total)

    @property
    def _printed(self) -> list[str]:
        every = [self.result["totals"], *self.result["by_kind"].values()]
        printed = {name for one in every for name, number in one.items() if number is not None}
        return [name for name in FIGURES if name in printed | {"participations"}]

    def _row(self, label: str, totals: Mapping[str, int | None], share: str) -> list[str | None]:
        return [label, *(_or_not_printed(totals[name]) for name in self._printed), share]

    def _share(self, kind: str) -> str:
        percent = self.result["shares"].get(kind)
        return "" if percent is None else str(_("%(number)s%%", number=percent))


@dataclass(frozen=True, slots=True)
class Part:
    """One table of changes, and whether it is open before anybody asks for it."""

    table: Table
    open: bool


class Changes:
    """Changed figures, facts of activities and cells across as tables; `columns` head what was and what is.

    With the log, each fact and each cell has a column that tells what was logged of the activities behind it.
    """

    def __init__(
        self, explained: Explained, columns: tuple[str, str], institutions: Institutions, *, log: bool
    ) -> None:
        self._explained = explained
        self._figures = [change for change in explained.changes if change["title"] is None]
        self._activities = [change for change in explained.changes if change["title"] is not None]
        self._columns = columns
        self._institutions = institutions
        self._log = Log(explained.logged) if log else None

    def __bool__(self) -> bool:
        return bool(self._explained.changes or self._explained.cells)

    @property
    def persons_moved(self) -> bool:
        return any(change["figure"] == "persons" for change in self._figures)

    @property
    def parts(self) -> list[Part]:
        """Return the tables in their order, the first and those that are short with it open from the beginning."""
        found: list[Part] = []
        for table in (self.figures, self.activities, *self.cells):
            if table is not None:
                rows = sum(len(part.table.rows) for part in found) + len(table.rows)
                found.append(Part(table, open=not found or rows <= _AT_ONCE))
        return found

    @property
    def summary(self) -> str:
        """Return how many rows each table has, in a line."""
        numbers = ((part.table.caption, i18n.number(len(part.table.rows))) for part in self.parts)
        return i18n.listed(i18n.labelled(caption, number) for caption, number in numbers)

    @property
    def figures(self) -> Table | None:
        headers = [_("Type of course"), _("Figure"), *self._columns, _("Difference")]
        rows = [_figure(change) for change in self._figures]
        return Table(_("Figures that differ"), headers, rows, [], words=2) if rows else None

    @property
    def activities(self) -> Table | None:
        headers = [_("Name of activity"), _("What"), *self._columns, *self._log_header]
        rows = [self._fact(change) for change in self._activities]
        return Table(_("Activities that differ"), headers, rows, [], words=len(headers)) if rows else None

    @property
    def cells(self) -> list[Table]:
        cells = self._explained.cells
        told = None
        if self._log is not None:
            told = [self._behind(self._log, *one) for one in zip(cells, self._explained.behind, strict=True)]
        headers = [*self._columns, *self._log_header]
        return changed_cells(cells, self._institutions, headers, told)

    @property
    def _log_header(self) -> list[str]:
        return [] if self._log is None else [_("Logged since")]

    def _behind(self, log: "Log", cell: Mapping[str, Any], refs: Sequence[str]) -> str:
        """Return what was logged of the activities that moved a cell, a line for each."""
        if not refs:
            return str(_("Its number did not change, only which cells are hidden or which rows are listed."))
        lines = (i18n.labelled(self._explained.titles[ref], log.of(ref, cell)) for ref in refs)
        return Markup("<span>%s</span>") % Markup("<br>").join(lines)

    def _fact(self, change: Mapping[str, Any]) -> list[str | None]:
        name = change["figure"]
        told = [] if self._log is None else [self._log.of(change["of"])]
        facts = (_as_read(name, change[when]) for when in ("before", "after"))
        label = _LABELS[name]
        return [change["title"], str(_(label)), *facts, *told]


def drifted(drift: Drift) -> Changes:
    """Return what the records now say other than a release."""
    return Changes(drift.explained, _now_and_then(), drift.institutions, log=True)


def would_change(preview: Preview) -> Changes:
    """Return what publishing now would change of the release that stands."""
    named = {**(preview.revises.institutions if preview.revises else {}), **preview.institutions}
    return Changes(preview.explained, _now_and_then(), named, log=preview.revises is not None)


def previewed(preview: Preview) -> Across | None:
    """Return the tables across as they would be published, None for what only a document printed."""
    if preview.cross_tables is None:
        return None
    period = preview.statistics["period"]
    period_text = i18n.period(date.fromisoformat(period["start"]), date.fromisoformat(period["end"]))
    return Across(preview.cross_tables, preview.institutions, period_text, preview.true_tables)


def true_tables(drift: Drift) -> list[Table]:
    """Return the true numbers of a release's tables across, for staff."""
    period = i18n.period(drift.release.starts_on, drift.release.ends_on)
    return tables(drift.true_tables, drift.institutions, period) if drift.true_tables else []


def release_title(release: Release) -> str:
    """Return the period of a release, and which version of its figures it is if it is not the first."""
    period = i18n.period(release.starts_on, release.ends_on)
    if release.revision == 1:
        return period
    return str(_("%(period)s, version %(number)s", period=period, number=release.revision))


class Log:
    """What was logged of activities, in words and with who did it."""

    def __init__(self, logged: Sequence[Logged]) -> None:
        self._names = names.of_accounts({change.actor for change in logged if change.actor})
        self._changes: dict[str, list[Logged]] = defaultdict(list)
        for change in logged:
            self._changes[change.activity_ref].append(change)

    def of(self, ref: str, cell: Mapping[str, Any] | None = None) -> str:
        """Return what was logged of an activity that can move a cell, or a figure by activity and sex.

        The same of the same person stands once, with the day and the reason of the last.
        """
        told = {
            (words := _deed(change.deed), name := self._names.get(change.actor or "")): _said(words, name, change)
            for change in self._changes[ref]
            if explains(change.deed, cell)
        }
        return "; ".join(told.values()) or str(_("nothing that is logged"))


def _deed(deed: str) -> str:
    words = _DEEDS.get(deed, _EDITED if deed.startswith("activity.") else _ENDED)
    return str(_(words))


def _said(words: str, name: str | None, change: Logged) -> str:
    facts = [words, i18n.short_day(change.at.date()), *([name] if name else [])]
    return ", ".join(facts) + (f": {change.reason}" if change.reason else "")


def _now_and_then() -> tuple[str, str]:
    return _("In the release"), _("In the records now")


def _figure(change: Mapping[str, Any]) -> list[str | None]:
    label, before, after = _LABELS[change["figure"]], change["before"], change["after"]
    return [_of(change["of"]), str(_(label)), _count(before), _count(after), _difference(before, after)]


def _short(kind: str) -> str:
    return str(_(SHORT_TITLES[kind]))


def _or_not_printed(number: int | None) -> str:
    return str(_("not published")) if number is None else i18n.number(number)


def _of(of: str) -> str:
    return str(_("Total") if of == ALL else _(SHORT_TITLES[of]))


def _count(value: int | None) -> str | None:
    return None if value is None else i18n.number(value)


def _difference(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return ""
    return f"{'+' if after > before else _MINUS}{i18n.number(abs(after - before))}"


def _as_read(name: str, value: Any) -> str | None:
    if name == "counted":
        return str(_("yes") if value else _("no"))
    if name == "dates":
        return dates_text(value)
    if name == "kind":
        return str(_(SHORT_TITLES[value]))
    if name == "country":
        return countries.country_name(value, i18n.current_language()) if value else ""
    if isinstance(value, int | float):
        return i18n.number(value)
    # Where nobody is counted there is no record; a fact that is not known is left empty.
    return value or (None if name in SEX_LABELS or name == "total" else "")
