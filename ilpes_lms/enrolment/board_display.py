"""The selection board as its templates show it: what is asked for, filters with counts, headings, figures."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import rules
from ilpes_lms.enrolment.queries import BOARD_SIZE, SORTS, BoardFilter, Order
from ilpes_lms.enrolment.rules import Allocation, Balance, Candidate, Fact, Meter
from ilpes_lms.enrolment.wording import country_label, sector_label, sex_label, state_label
from ilpes_lms.people.vocabularies import countries, sectors, sexes
from ilpes_lms.web import i18n
from ilpes_lms.web.i18n import ngettext

HEADERS = {
    "name": N_("Name"),
    "state": N_("State"),
    "country": N_("Country"),
    "sex": N_("Sex"),
    "institution": N_("Institution"),
    "sector": N_("Sector"),
    "date": N_("Date"),
    "score": N_("Average score"),
    "reviews": N_("Reviews"),
}
ATTRIBUTE_LABELS = {
    "sex": N_("Sex"),
    "country": N_("Country"),
    "sector": N_("Sector"),
    "institution": N_("Institution"),
}
# Every code a filter may have; others are as if they had not been asked for.
_KNOWN = {
    "state": frozenset(rules.STATES),
    "country": frozenset(countries.CODES),
    "sex": frozenset(sexes.CODES),
    "sector": frozenset(sectors.CODES),
}
# All that the board's address may ask for; None is any text.
KNOWN: dict[str, Collection[str] | None] = {
    **_KNOWN, "q": None, "score": frozenset(map(str, range(101))), "mine": ("yes",), "sort": SORTS,
    "order": ("asc", "desc"), "cursor": None,
}  # fmt: skip
_LONGEST_TEXT = 200
_LONGEST_RANK = 7
_OUTS_AT_ONCE = 200
_NEAR = 2


@dataclass(frozen=True)
class Asked:
    """What of the board somebody asks for, and how it stands in an address."""

    matching: BoardFilter
    order: Order
    values: dict[str, str]

    @property
    def is_filtered(self) -> bool:
        return bool(self.values.keys() - {"sort", "order", "page"})

    @property
    def page(self) -> int:
        """Return the number of the page asked for."""
        return int(self.values.get("page", "1"))

    def address(self, endpoint: str, activity_ref: str, **changes: str | None) -> str:
        """Return the address of a page with the same filter, some of it changed."""
        values: dict[str, Any] = {name: value for name, value in {**self.values, **changes}.items() if value}
        return url_for(endpoint, activity_ref=activity_ref, **values)


@dataclass(frozen=True)
class Header:
    """A column's heading as a link that sorts by it; `order` is what screen readers say."""

    label: str
    url: str
    order: str


@dataclass(frozen=True)
class Choices:
    """One filter's values on offer: code, words with the number of applications."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class Figure:
    """A picture of bars, and the table that says the same."""

    title: str
    rows: list[tuple[str, list[tuple[str, int | None, str]]]]
    headers: list[str]
    table: list[list[str | None]]


@dataclass(frozen=True)
class Group:
    """Some people to be compared with those who applied: what they are called, how their bars look, their balance."""

    label: str
    look: str
    balance: Balance


@dataclass(frozen=True)
class Parts:
    """A proposal in two lists, by rank: all who are in, and some of those who are out, from `first` on."""

    ins: list[tuple[int, Candidate]]
    outs: list[tuple[int, Candidate]]
    out: int
    first: int

    @property
    def last(self) -> int:
        return self.first + len(self.outs) - 1

    @property
    def steps(self) -> list[int]:
        """Return from which of those who are out the lists before and after this one begin."""
        around = (self.first - _OUTS_AT_ONCE, self.first + _OUTS_AT_ONCE)
        return [first for first in around if 0 < first <= self.out]


def asked_for(args: Mapping[str, str], reviewer: int) -> Asked:
    """Read what is asked for from an address; what makes no sense is as if it had not been asked."""
    codes = {name: args[name] for name, known in _KNOWN.items() if args.get(name) in known}
    text = args.get("q", "").strip()[:_LONGEST_TEXT]
    score = _score(args.get("score", ""))
    mine = args.get("mine") == "yes"
    sort = args.get("sort") if args.get("sort") in SORTS else "date"
    descending = args.get("order") == "desc"
    values = {
        **codes, "q": text, "score": "" if score is None else str(score), "mine": "yes" if mine else "",
        "sort": "" if sort == "date" else str(sort), "order": "desc" if descending else "",
        "page": _page(args.get("page", "")),
    }  # fmt: skip
    return Asked(
        BoardFilter(**codes, text=text, score=score, not_reviewed_by=reviewer if mine else None),
        Order(str(sort), descending, countries_by_name()),
        {name: value for name, value in values.items() if value},
    )


def countries_by_name() -> list[str]:
    """Return the codes of countries as their names sort in the reader's language."""
    return [code for code, _name in countries.choices(i18n.current_language())]


def headers(asked: Asked, activity_ref: str) -> list[Header]:
    """Return the headings; the one that sorts now turns the order round."""
    return [_header(asked, activity_ref, name, label) for name, label in HEADERS.items()]


def filters(asked: Asked, facts: Sequence[Fact]) -> list[Choices]:
    """Return the filters with the values that occur, each with its number of applications."""
    named: dict[str, tuple[Sequence[str], Callable[[str], Any]]] = {
        "state": (rules.STATES, state_label),
        "country": (countries_by_name(), country_label),
        "sex": (sexes.CODES, sex_label),
        "sector": (sectors.CODES, sector_label),
    }
    return [_choices(asked, facts, name, codes, label_of) for name, (codes, label_of) in named.items()]


@dataclass(frozen=True)
class Paging:
    """The way through the pages of the board; `steps` are their numbers with addresses, a gap is None."""

    page: int
    steps: list[tuple[int, str] | None]
    previous_url: str | None
    next_url: str | None
    text: str

    @property
    def before(self) -> int:
        """Return how many applications come before this page."""
        return (self.page - 1) * BOARD_SIZE


def paging(asked: Asked, activity_ref: str, number: int) -> Paging:
    """Return the way through the pages of so many applications; beyond the last page is the last one."""
    last = max(-(-number // BOARD_SIZE), 1)
    page = min(asked.page, last)
    urls = {one: _page_url(asked, activity_ref, one) for one in range(1, last + 1)}
    first, end = (page - 1) * BOARD_SIZE + 1, min(page * BOARD_SIZE, number)
    text = _("%(first)s to %(last)s of %(number)s", first=i18n.number(first), last=i18n.number(end),
             number=i18n.number(number))  # fmt: skip
    near = sorted({1, last, *range(max(page - _NEAR, 1), min(page + _NEAR, last) + 1)})
    return Paging(page, _with_gaps(near, urls), urls.get(page - 1), urls.get(page + 1), text)


def _with_gaps(numbers: Sequence[int], urls: Mapping[int, str]) -> list[tuple[int, str] | None]:
    steps: list[tuple[int, str] | None] = []
    for before, number in zip([0, *numbers], numbers, strict=False):
        if number > before + 1:
            steps.append(None)
        steps.append((number, urls[number]))
    return steps


def _page_url(asked: Asked, activity_ref: str, number: int) -> str:
    return asked.address("enrolment.board", activity_ref, page=str(number) if number > 1 else None)


def _page(text: str) -> str:
    known = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_RANK and int(text) > 1
    return str(int(text)) if known else ""


def average(hundredths: int | None) -> str | None:
    """Return an average score with one decimal, None where there is none."""
    return None if hundredths is None else score(hundredths / 100)


def score(value: float | None) -> str | None:
    """Return a score that may have parts with one decimal, None where there is none."""
    return None if value is None else i18n.number(round(value, 1))


def figures(groups: Sequence[Group]) -> list[Figure]:
    """Return for each attribute how some groups compare with all who applied."""
    return [_figure(attribute, groups) for attribute in rules.ATTRIBUTES]


def parts(found: Allocation, chosen: frozenset[str], first: str) -> Parts:
    """Put a proposal, as changed by hand, into its two lists; `first` is as an address has it."""
    ranked = list(enumerate(found.people, start=1))
    outs = [(rank, one) for rank, one in ranked if one.key not in chosen]
    number = int(first) if first.isascii() and first.isdecimal() and len(first) <= _LONGEST_RANK else 1
    begin = max(min(number, len(outs)), 1)
    return Parts(
        ins=[(rank, one) for rank, one in ranked if one.key in chosen],
        outs=outs[begin - 1 : begin - 1 + _OUTS_AT_ONCE],
        out=len(outs),
        first=begin,
    )


def women(facts: Sequence[Fact], among: frozenset[str]) -> str | None:
    """Return the share of women among some people, None among nobody."""
    people = [fact for fact in facts if fact.ref in among]
    number = sum(fact.sex == "female" for fact in people)
    return _percent(number, len(people))


def value_label(attribute: str, line: Meter) -> str:
    """Return what a line of the balance is about."""
    if line.others:
        return str(ngettext("%(num)s other", "%(num)s others", line.others))
    if line.value is None:
        return str(_("Not known"))
    labels: dict[str, Callable[[str], str | None]] = {
        "sex": sex_label, "country": country_label, "sector": sector_label,
    }  # fmt: skip
    return labels.get(attribute, str)(line.value) or line.value


def _score(text: str) -> int | None:
    value = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else None  # noqa: PLR2004 - up to 100
    return value if value is not None and value <= rules.HIGHEST_SCORE else None


def _header(asked: Asked, activity_ref: str, name: str, label: str) -> Header:
    current = name == asked.order.sort
    # Of scores and reviews the most interesting are the highest.
    turn = not asked.order.descending if current else name in ("score", "reviews")
    url = asked.address(
        "enrolment.board", activity_ref, sort=None if name == "date" else name, order="desc" if turn else None,
        page=None,
    )  # fmt: skip
    order = ("descending" if asked.order.descending else "ascending") if current else "none"
    return Header(str(_(label)), url, order)


def _choices(
    asked: Asked, facts: Sequence[Fact], name: str, codes: Sequence[str], label_of: Callable[[str], Any]
) -> Choices:
    numbers = Counter(getattr(fact, name) for fact in facts)
    options = [
        (code, f"{label_of(code)} ({i18n.number(numbers[code])})")
        for code in codes
        if numbers[code] or asked.values.get(name) == code
    ]
    return Choices(name, str(_(HEADERS[name])), options, asked.values.get(name, ""))


def _figure(attribute: str, groups: Sequence[Group]) -> Figure:
    lines = [group.balance[attribute] for group in groups]
    applied = sum(line.applied for line in lines[0])
    totals = [sum(line.chosen for line in found) for found in lines]
    rows, table = [], []
    for places in zip(*lines, strict=True):
        label = value_label(attribute, places[0])
        counts = [(group, line.chosen, total) for group, line, total in zip(groups, places, totals, strict=True)]
        bars = [_bar(group.look, group.label, number, total) for group, number, total in counts]
        rows.append((label, [*bars, _bar("other", _("All who applied"), places[0].applied, applied)]))
        chosen = [cell for _group, number, total in counts for cell in _cells(number, total)]
        table.append([label, *chosen, *_cells(places[0].applied, applied)])
    labels = [*(group.label for group in groups), _("All who applied")]
    headings = [heading for label in labels for heading in (str(label), _("Share"))]
    name = str(_(ATTRIBUTE_LABELS[attribute]))
    return Figure(name, rows, [name, *headings], table)


def _bar(look: str, label: str, number: int, total: int) -> tuple[str, int | None, str]:
    text = f"{label}: {i18n.number(number)}"
    percent = _percent(number, total)
    return look, rules.share(number, total), f"{text} ({percent})" if percent else text


def _cells(number: int, total: int) -> list[str | None]:
    return [i18n.number(number), _percent(number, total)]


def _percent(number: int, total: int) -> str | None:
    part = rules.share(number, total)
    return None if part is None else str(_("%(number)s%%", number=part))
