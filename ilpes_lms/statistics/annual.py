"""The annual report's part on courses and seminars, in the language in force, as plain values.

Every number comes from a compiled result; the sentences are the programme's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import ngettext

from ilpes_lms.core.text import N_, fold
from ilpes_lms.people.vocabularies.countries import COUNTRIES, country_name
from ilpes_lms.statistics import rules
from ilpes_lms.statistics.display import Figure, Shown
from ilpes_lms.statistics.rules import KINDS, Period, share
from ilpes_lms.web import i18n

# Small numbers of activities in prose, as editors want them; an activity is feminine in Spanish, Portuguese and French.
_IN_WORDS = (
    N_("none"), N_("one"), N_("two"), N_("three"), N_("four"), N_("five"), N_("six"), N_("seven"), N_("eight"),
    N_("nine"),
)  # fmt: skip
# What the published report's table says of where courses took place, which is no country.
_PLACES = (N_("Delivered remotely from Santiago"),)
# A thin space that does not break, as the report's tables have it whatever the language.
_THIN = "\u202f"
INSTITUTE = N_("Latin American and Caribbean Institute for Economic and Social Planning (ILPES)")
_OF_KIND = {
    "webinar": N_("Webinars and seminars had %(number)s participations, %(percent)s of all."),
    "national_restricted": N_(
        "National courses restricted to a limited number of participants, which countries request, had %(number)s "
        "participations, %(percent)s of all."
    ),
    "international_open": N_("International courses open to all had %(number)s participations, %(percent)s of all."),
    "other_division": N_(
        "Courses of other ECLAC divisions, which ILPES supports, had %(number)s participations, %(percent)s of all."
    ),
}
_INCREASE = N_("In the previous period there were %(before)s: an increase of %(change)s, or %(percent)s.")
_DECREASE = N_("In the previous period there were %(before)s: a decrease of %(change)s, or %(percent)s.")
# From the largest to the smallest, as the report tells of them: webinars, then courses.
_TOLD = ("webinar", "national_restricted", "international_open", "other_division")


@dataclass(frozen=True, slots=True)
class _Interval:
    """How a language writes days, months and years of an interval."""

    language: str
    of_month: str
    of_year: str
    until: str
    first: str = "1"

    def of(self, when: date, known: str) -> str:
        month = str(format_date(when, "MMMM", locale=self.language))
        return month if known == "month" else f"{self.day(when)}{self.of_month}{month}"

    def day(self, when: date) -> str:
        return self.first if when.day == 1 else str(when.day)


_INTERVALS = {
    "en": _Interval("en", " ", " ", "–"),
    "fr": _Interval("fr", " ", " ", "–", "1er"),
    "pt": _Interval("pt", " de ", " de ", " a ", "1º"),
}
_NAME = N_("Course name")
_NAMES = {"webinar": N_("Name of activity")}
# What a table says of an activity beside its name, in the report's order.
DESCRIBED = {
    "dates": N_("Date"), "location": N_("Location"), "country": N_("Country"), "hours": N_("Hours of training"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnnexTable:
    """One table of the annex: rows of words and numbers, None where there is no record; notes below it.

    `silent` names the columns in which no row says anything, and `remark` says so in words.
    """

    number: str
    title: str
    name_heading: str
    rows: Sequence[Sequence[str | None]]
    subtotal: Sequence[str]
    notes: Sequence[str]
    silent: Sequence[str]
    remark: str


@dataclass(frozen=True, slots=True)
class AnnualReport:
    """What the document says, in its order."""

    language: str
    institute: str
    title: str
    period_text: str
    heading: str
    paragraphs: Sequence[str]
    figures: Sequence[Figure]
    figures_note: str
    annex_title: str
    headings: Mapping[str, str]
    counted: Sequence[str]
    tables: Sequence[AnnexTable]
    source: str
    method_title: str
    method: Sequence[str]


def annual_report(result: dict[str, Any], comparison: dict[str, Any] | None) -> AnnualReport:
    """Return the report on a compiled period beside the one before, in the language in force."""
    shown = Shown(result)
    institute = _(INSTITUTE)
    return AnnualReport(
        language=i18n.current_language(),
        institute=institute,
        title=_("Courses and seminars of ILPES"),
        period_text=_period(shown.period),
        heading=_("Courses and seminars"),
        paragraphs=list(_paragraphs(result, comparison)),
        figures=[shown.by_kind, shown.by_sex],
        figures_note=_("Number of participations and percentages"),
        annex_title=_("Annex A1"),
        headings={
            **{name: _(label) for name, label in DESCRIBED.items()},
            "participants": _("Participants"), "subtotal": _("Subtotal"),
        },
        counted=[*(_(rules.SEX_LABELS[sex]) for sex in shown.sexes), _("Total")],
        tables=[_table(kind, shown) for kind in KINDS],
        source=_("Source: %(institute)s.", institute=institute),
        method_title=_("What is counted"),
        method=list(_method(shown, comparison)),
    )  # fmt: skip


def file_name(result: Mapping[str, Any], language: str, form: str) -> str:
    """Return the name of the document: ilpes-2021-06-01-2022-05-31-es.docx."""
    return f"ilpes-{result['period']['start']}-{result['period']['end']}-{language}.{form}"


def table_number(value: int | None) -> str:
    """Return a count as the report's tables print it, in every language: 1 172."""
    return "" if value is None else f"{value:,}".replace(",", _THIN)


def _paragraphs(result: dict[str, Any], comparison: dict[str, Any] | None) -> Iterator[str]:
    yield " ".join(_opening(result))
    if comparison:
        yield from _all_kinds(comparison)
    for kind in _TOLD:
        if result["by_kind"][kind]["activities"]:
            yield " ".join(_of_kind(kind, result, comparison))
    yield from _women(result)
    yield from _reaching_out(result)


def _opening(result: dict[str, Any]) -> Iterator[str]:
    totals, by_kind = result["totals"], result["by_kind"]
    numbers = {kind: i18n.number(by_kind[kind]["activities"]) for kind in KINDS}
    yield _(
        "From %(start)s to %(end)s, ILPES delivered or supported %(activities)s activities of four types: national "
        "courses restricted to a limited number of participants (%(national_restricted)s), international courses open "
        "to all (%(international_open)s), courses of other ECLAC divisions (%(other_division)s), and webinars and "
        "seminars (%(webinar)s).",
        start=_day(result["period"]["start"]), end=_day(result["period"]["end"]),
        activities=i18n.number(totals["activities"]), **numbers,
    )  # fmt: skip
    if totals["participations"]:
        yield _(
            "They had %(number)s participations on record, %(percent)s of them of women.",
            number=i18n.number(totals["participations"]), percent=_percent(totals["women"], totals["participations"]),
        )  # fmt: skip
    if totals["persons"] is not None and not totals["activities_without_persons"]:
        yield _("Distinct persons who took part: %(number)s.", number=i18n.number(totals["persons"]))
    if without := totals["without_record"]:
        yield ngettext(
            "For %(many)s activity there is no record of participants; it is counted as an activity, not as zero.",
            "For %(many)s activities there is no record of participants; they are counted as activities, not as zero.",
            without, many=_in_words(without),
        )  # fmt: skip


def _all_kinds(comparison: dict[str, Any]) -> Iterator[str]:
    change, previous = comparison["totals"], comparison["previous"]
    if change["now"] is None or change["per_cent"] is None:
        return
    if change["before"] is None:
        yield _(
            "The previous period's total was not published. From the shares that were, it was between %(from_)s and "
            "%(to)s; the present one is %(percent)s higher.",
            from_=i18n.number(previous["total_from"]), to=i18n.number(previous["total_to"]),
            percent=_said_percent(change["per_cent"]),
        ) if change["per_cent"] > 0 else _(
            "The previous period's total was not published. From the shares that were, it was between %(from_)s and "
            "%(to)s.", from_=i18n.number(previous["total_from"]), to=i18n.number(previous["total_to"]),
        )  # fmt: skip
        return
    yield _changed(change)


def _of_kind(kind: str, result: dict[str, Any], comparison: dict[str, Any] | None) -> Iterator[str]:
    number = result["by_kind"][kind]["participations"]
    if number is None:
        yield _("%(kind)s: no record of participants.", kind=_(rules.SHORT_TITLES[kind]))
        return
    percent = _percent(number, result["totals"]["participations"])
    yield _(_OF_KIND[kind], number=i18n.number(number), percent=percent)
    if comparison:
        change = comparison["by_kind"][kind]
        yield _changed(change)
        if change["share_before"] is not None:
            yield _(
                "Their share of all participations was %(percent)s then.", percent=_said_percent(change["share_before"])
            )


def _changed(change: dict[str, Any]) -> str:
    """Return what came of the earlier number, on its own base."""
    if change["before"] is None:
        return str(_("Their number in the previous period was not published."))
    values = {"before": i18n.number(change["before"]), "change": i18n.number(abs(change["change"]))}
    percent = _said_percent(abs(change["per_cent"])) if change["per_cent"] is not None else ""
    if change["change"] == 0:
        return str(_("In the previous period there were as many."))
    if not percent:
        return str(_("In the previous period there were %(before)s.", **values))
    text = _INCREASE if change["change"] > 0 else _DECREASE
    return str(_(text, **values, percent=percent))


def _women(result: dict[str, Any]) -> Iterator[str]:
    known = [kind for kind in _TOLD if result["by_kind"][kind]["participations"]]
    if not known:
        return
    shares = ", ".join(
        f"{_within(_(rules.SHORT_TITLES[kind]))} ({_percent(totals['women'], totals['participations'])})"
        for kind in known
        for totals in [result["by_kind"][kind]]
    )
    totals = result["totals"]
    yield _(
        "Women account for %(percent)s of the participations (%(women)s of %(all)s). By type of course: %(shares)s.",
        percent=_percent(totals["women"], totals["participations"]), women=i18n.number(totals["women"]),
        all=i18n.number(totals["participations"]), shares=shares,
    )  # fmt: skip


def _reaching_out(result: dict[str, Any]) -> Iterator[str]:
    if beyond := rules.reaching_out(result):
        number = i18n.number(sum(one["total"] or 0 for one in beyond))
        yield ngettext(
            "Among the activities there is %(many)s, with %(number)s participations, that began before the period or "
            "ended after it: it also belongs to a neighbouring one, so periods must not be added up.",
            "Among the activities there are %(many)s, with %(number)s participations, that began before the period or "
            "ended after it: they also belong to a neighbouring one, so periods must not be added up.",
            len(beyond), many=_in_words(len(beyond)), number=number,
        )  # fmt: skip
        if unknown := sum(one["total"] is None for one in beyond):
            yield ngettext(
                "For %(many)s of them there is no record of participants, so none is added here.",
                "For %(many)s of them there is no record of participants, so none are added here.",
                unknown, many=_in_words(unknown),
            )  # fmt: skip


def _method(shown: Shown, comparison: dict[str, Any] | None) -> Iterator[str]:
    yield shown.definition
    if named := [f"{one['title']} ({_dates(one['dates'])})" for one in rules.reaching_out(shown.result)]:
        yield _("Also counted in a neighbouring period: %(activities)s.", activities=i18n.listed(named))
    if shown.nobody_else:
        yield _("Nobody is recorded as other or not stated.")
    if comparison:
        previous = comparison["previous"]
        period = _period(Period(date.fromisoformat(previous["start"]), date.fromisoformat(previous["end"])))
        if number := previous.get("release"):
            yield _(
                "The previous period, %(period)s, is as published in release %(number)s of these statistics; increases "
                "are per cent of its numbers.", period=period, number=number,
            )  # fmt: skip
        elif previous["published_in"]:
            yield _(
                "The previous period, %(period)s, is known as published in %(symbol)s; increases are per cent of its "
                "numbers.", period=period, symbol=previous["published_in"],
            )  # fmt: skip
        else:
            yield _(
                "The previous period, %(period)s, is computed from the records of its activities; increases are per "
                "cent of its numbers.", period=period,
            )  # fmt: skip


def _table(kind: str, shown: Shown) -> AnnexTable:
    activities = [one for one in shown.result["activities"] if one["kind"] == kind]
    totals = shown.result["by_kind"][kind]
    columns = (*shown.sexes, "total")
    without = any(one["total"] is None for one in activities)
    rows = [_row(one, columns) for one in activities]
    silent = _silent(rows)
    return AnnexTable(
        number=rules.TABLES[kind],
        title=_("Table %(number)s. %(title)s", number=rules.TABLES[kind], title=_(rules.TABLE_TITLES[kind]))
        + f", {_period(shown.period)}",
        name_heading=_(_NAMES.get(kind, _NAME)),
        rows=rows,
        subtotal=[table_number(totals[name]) for name in (*shown.sexes, "participations")],
        notes=[_("No record of participants.")] if without else [],
        silent=silent,
        remark=_("Not on record for these activities: %(columns)s.", columns=_named(silent)) if silent else "",
    )


def _silent(rows: Sequence[Sequence[str | None]]) -> list[str]:
    """Return the columns beside the name in which no row says anything; of a table without rows, none."""
    places = enumerate(DESCRIBED, start=1)
    return [name for place, name in places if rows and not any(row[place] for row in rows)]


def _named(columns: Sequence[str]) -> str:
    language = i18n.current_language()
    named = [_within(_(DESCRIBED[name])) for name in columns]
    # UN English has no comma before the last.
    return str(format_list(named, locale="en_GB" if language == "en" else language))


def _row(activity: dict[str, Any], columns: Sequence[str]) -> list[str | None]:
    """Return name, date, location, country, hours and counts; None for counts without record."""
    hours, country = activity["hours"], activity["country"]
    return [
        activity["title"], _dates(activity["dates"]), _place(activity["location"] or "", country),
        country_name(country, i18n.current_language()) if country else "",
        "" if hours is None else i18n.number(hours),
        *(None if activity[name] is None else table_number(activity[name]) for name in columns),
    ]  # fmt: skip


def _dates(dates: Mapping[str, str]) -> str:
    start, end = date.fromisoformat(dates["start"]), date.fromisoformat(dates["end"])
    precisions = dates["start_precision"], dates["end_precision"]
    if form := _INTERVALS.get(i18n.current_language()):
        return _interval((start, precisions[0]), (end, precisions[1]), form)
    return i18n.day(start) if start == end and "month" not in precisions else i18n.short_period(start, end, *precisions)


def _interval(first: tuple[date, str], last: tuple[date, str], form: _Interval) -> str:
    """Return dates as editors print them where CLDR shortens months or parts them otherwise: 31 May–19 July 2021."""
    begins, ends = (form.of(when, known) for when, known in (first, last))
    year = f"{form.of_year}{last[0].year}"
    if first[0].year != last[0].year:
        return f"{begins}{form.of_year}{first[0].year}{form.until}{ends}{year}"
    if begins == ends:
        return f"{ends}{year}"
    same_month = first[0].month == last[0].month and first[1] == last[1] == "day"
    return f"{form.day(first[0]) if same_month else begins}{form.until}{ends}{year}"


def _period(period: Period) -> str:
    return str(_("%(start)s to %(end)s", start=i18n.day(period.start), end=i18n.day(period.end)))


def _place(location: str, country: str | None) -> str:
    """Return where an activity took place: a country, or what the published report says, in the language in force."""
    if country and fold(location) in map(fold, COUNTRIES[country].names.values()):
        return country_name(country, i18n.current_language())
    return str(_(location)) if location in _PLACES else location


def _within(label: str) -> str:
    """Return a heading as it stands within a sentence."""
    return label[:1].lower() + label[1:]


def _in_words(number: int) -> str:
    return str(_(_IN_WORDS[number])) if number < len(_IN_WORDS) else i18n.number(number)


def _day(text: str) -> str:
    return i18n.day(date.fromisoformat(text))


def _percent(part: int | None, whole: int | None) -> str:
    percent = share(part, whole)
    return "" if percent is None else _said_percent(percent)


def _said_percent(percent: int) -> str:
    return str(_("%(number)s%%", number=i18n.number(percent)))
