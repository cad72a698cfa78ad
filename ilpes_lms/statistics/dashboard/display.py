"""The dashboard as its page shows it: large figures, what they leave out, charts, outcomes and hours by kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from flask_babel import gettext as _

from ilpes_lms.core.text import N_
from ilpes_lms.statistics import rules
from ilpes_lms.statistics.dashboard import charting
from ilpes_lms.statistics.dashboard.addresses import Address
from ilpes_lms.statistics.dashboard.answers import BREAKDOWNS, Answer
from ilpes_lms.statistics.dashboard.charting import Chart
from ilpes_lms.statistics.dashboard.filtering import Choice
from ilpes_lms.statistics.dashboard.rules import Figures
from ilpes_lms.statistics.dashboard.wording import count, label_of, percent_of
from ilpes_lms.statistics.display import Table
from ilpes_lms.statistics.rules import Period
from ilpes_lms.web import i18n
from ilpes_lms.web.i18n import ngettext

_BREAKDOWN_LABELS = {
    "sector": N_("By sector"),
    "institution": N_("By institution"),
    "topic": N_("By topic"),
    "division": N_("By division"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """One large figure, where the activities are that it counts, and what is to be known of it."""

    label: str
    text: str
    url: str
    note: str = ""


class Board:
    """What one question is answered, in the reader's language."""

    def __init__(self, answer: Answer, address: Address) -> None:
        self.address = address
        self._answer = answer

    @property
    def is_empty(self) -> bool:
        return not self._answer.totals.activities

    @property
    def period(self) -> Period:
        return self._answer.question.period

    @property
    def period_text(self) -> str:
        return i18n.period(self.period.start, self.period.end)

    @property
    def definition(self) -> str:
        return str(_(rules.DEFINITIONS[rules.CONFIRMED]))

    @property
    def numbers(self) -> list[Number]:
        totals, all_of_it = self._answer.totals, self.address.of("dashboard.activities")
        hours, person_hours = _hours(totals)
        return [
            Number(_("Activities"), i18n.number(totals.activities), all_of_it, self._without_record()),
            Number(_("Participations"), count(totals.participations), all_of_it),
            Number(_("Distinct persons"), self._persons(None), all_of_it, self._persons_note()),
            *self._sexes(),
            Number(_("Completion rate"), _rate(totals) or _("not known"), all_of_it, _completed(totals)),
            Number(_("Certificates"), i18n.number(totals.certificates), all_of_it),
            Number(_("Hours delivered"), _known(hours), all_of_it, _without_hours(totals)),
            Number(_("Person-hours"), _known(person_hours), all_of_it),
        ]

    @property
    def notes(self) -> list[str]:
        """Return what the figures leave out, each in a sentence."""
        totals = self._answer.totals
        return [*_left_out(totals), *_no_record(totals)]

    @cached_property
    def charts(self) -> list[Chart]:
        names = ("kinds", "trend", "countries", charting.NAMES[self._answer.breakdown])
        return [charting.chart(name, self._answer, self.address) for name in names]

    @property
    def breakdowns(self) -> list[Choice]:
        """Return the last chart's other subjects."""
        return [
            Choice(_(_BREAKDOWN_LABELS[name]), self.address.broken_down(name), name == self._answer.breakdown)
            for name in BREAKDOWNS
        ]

    @property
    def further(self) -> str | None:
        """Return where the lines of the last chart go on."""
        cursor = self._answer.next_cursor
        return self.address.of("dashboard.overview", by=self._answer.breakdown, cursor=cursor) if cursor else None

    @property
    def measures(self) -> Table:
        """Return participations beside persons, outcomes, certificates and hours, by kind and in all."""
        headers = [
            _("Type of course"), _("Activities"), _("Participations"), _("Distinct persons"), _("Completions"),
            _("Completion rate"), _("Certificates"), _("Hours delivered"), _("Person-hours"),
        ]  # fmt: skip
        lines = [
            [charting.link(self.address.narrowed("kind", kind), label_of("kind", kind)), *self._measured(kind, figures)]
            for kind, figures in self._answer.by_kind.items()
        ]
        total = [_("Total"), *self._measured(None, self._answer.totals)]
        caption = _("Persons, outcomes and hours by type of course")
        return Table(f"{caption}, {self.period_text}", headers, lines, total)

    def _measured(self, kind: str | None, figures: Figures) -> Sequence[str | None]:
        persons = self._answer.persons.get(kind)
        return [
            i18n.number(figures.activities), _number(figures.participations), _number(persons),
            _number(figures.completed if figures.decided else None), _rate(figures),
            i18n.number(figures.certificates), *(_number(hours) for hours in _hours(figures)),
        ]  # fmt: skip

    def _sexes(self) -> list[Number]:
        totals = self._answer.totals
        return [
            Number(label_of("sex", sex), count(number := getattr(totals, sex)), self.address.narrowed("sex", sex),
                   percent_of(number, totals.participations))
            for sex in charting.sexes_of(self._answer, [totals])
        ]  # fmt: skip

    def _persons(self, kind: str | None) -> str:
        return _known(self._answer.persons.get(kind))

    def _persons_note(self) -> str:
        if self._answer.persons.get(None) is None:
            return str(_("Only headcounts are on record."))
        without = self._answer.totals.by_headcount
        if not without:
            return ""
        return ngettext("without %(num)s activity known by headcount", "without %(num)s activities known by headcount",
                        without)  # fmt: skip

    def _without_record(self) -> str:
        without = self._answer.totals.without_record
        return ngettext("%(num)s of them without record", "%(num)s of them without record", without) if without else ""


def _known(value: int | Decimal | None) -> str:
    return str(_("not known")) if value is None else i18n.number(value)


def _hours(figures: Figures) -> tuple[Decimal | None, Decimal | None]:
    """Return hours of activities and of persons; None where they are known of no activity, which is not zero."""
    if figures.activities and figures.without_hours == figures.activities:
        return None, None
    return figures.activity_hours, figures.person_hours


def _rate(figures: Figures) -> str:
    return percent_of(figures.completed, figures.decided)


def _completed(figures: Figures) -> str:
    if not figures.decided:
        return str(_("No outcome is decided."))
    numbers = {"completed": i18n.number(figures.completed), "decided": i18n.number(figures.decided)}
    return str(_("%(completed)s of %(decided)s with an outcome", **numbers))


def _without_hours(figures: Figures) -> str:
    without = figures.without_hours
    if not without:
        return ""
    return ngettext("without %(num)s activity whose hours are not known",
                    "without %(num)s activities whose hours are not known", without)  # fmt: skip


def _left_out(figures: Figures) -> list[str]:
    if not figures.left_out:
        return []
    return [
        ngettext(
            "The filters ask for what people said of themselves. %(num)s activity of the period has nobody on record "
            "by name, so it is left out: its participants are known by headcount or not at all.",
            "The filters ask for what people said of themselves. %(num)s activities of the period have nobody on "
            "record by name, so they are left out: their participants are known by headcount or not at all.",
            figures.left_out,
        )
    ]


def _no_record(figures: Figures) -> list[str]:
    if not figures.without_record:
        return []
    return [
        ngettext(
            "%(num)s activity has no record of its participants: it is counted as an activity, and its participants "
            "are in no figure. No record is not zero.",
            "%(num)s activities have no record of their participants: they are counted as activities, and their "
            "participants are in no figure. No record is not zero.",
            figures.without_record,
        )
    ]


def _number(value: int | Decimal | None) -> str | None:
    return None if value is None else i18n.number(value)
