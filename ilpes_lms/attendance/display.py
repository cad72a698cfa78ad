"""Decisions of this room in the reader's language, for pages, panels and JSON alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.models import Outcome
from ilpes_lms.attendance.queries import RosterRow
from ilpes_lms.attendance.rules import Reason, Rule
from ilpes_lms.catalogue.models import ClassSession
from ilpes_lms.core import actor, clock
from ilpes_lms.core.text import N_
from ilpes_lms.web.i18n import moment, ngettext, number

SOURCE_LABELS = {"hand": N_("by hand"), "check_in": N_("by self check-in"), "import": N_("by a platform’s report")}


@dataclass(frozen=True)
class Standing:
    """Where a participant stands: a code, its label and tone, and what it rests on."""

    code: str
    label: str
    tone: str
    reasons: list[str]


def standing(outcome: Outcome | None) -> Standing:
    """Return an outcome in words."""
    code = queries.standing_of(outcome)
    reasons = in_words(rules.explain(outcome.evidence)) if outcome else []
    return Standing(code, _(rules.STANDING_LABELS[code]), rules.STANDING_TONES[code], reasons)


def rule_in_words(rule: Rule) -> list[str]:
    """Return what a rule asks for."""
    return in_words(rules.rule_in_words(rule))


def in_words(reasons: Iterable[Reason]) -> list[str]:
    """Return reasons as texts."""
    return [str(_(reason.message, **_printed(reason))) for reason in reasons]


def _printed(reason: Reason) -> dict[str, object]:
    return {
        name: number(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value
        for name, value in reason.params.items()
    }


def is_open(class_session: ClassSession) -> bool:
    """Tell whether people may be marked at a class session now."""
    return class_session.status == "scheduled" and class_session.starts_at <= clock.now()


def key_of(mark: str | None) -> str:
    """Return the key that stands for a mark."""
    return next(key for key, value in rules.MARK_KEYS.items() if value == mark)


def label_of(mark: str | None) -> str:
    """Return a mark in words."""
    return str(_(rules.MARK_LABELS[mark])) if mark else str(_("no mark"))


def mark_in_words(row: RosterRow) -> str:
    """Return a mark with its minutes and where it comes from."""
    return _in_words({"mark": row.mark, "minutes": row.minutes, "source": row.source} if row.mark else None)


def both_marks(class_session: ClassSession, enrolment_ref: str, wanted: str | None) -> str:
    """Return what somebody else made of a mark, and what was wanted instead."""
    row = queries.roster_row(class_session, enrolment_ref)
    by, at = queries.changed_by(class_session, enrolment_ref) or (None, None)
    return str(
        _(
            "%(name)s: this mark was changed in the meantime (%(who)s). Now: %(now)s. You wanted: %(wanted)s.",
            name=row.enrolment.person.full_name, who=_who(by, at), now=label_of(row.mark), wanted=label_of(wanted),
        )
    )  # fmt: skip


@dataclass(frozen=True)
class LastDeed:
    """What the reader did last at a class session, in words, and the name under which it can be taken back."""

    deed: str
    text: str


def last_deed(class_session: ClassSession) -> LastDeed | None:
    """Return what the reader did last at a class session, None where there is nothing to take back."""
    found = queries.last_deed(class_session, actor.current()) if is_open(class_session) else None
    if found is None:
        return None
    if found.number > 1:
        text = ngettext("%(num)s person: present", "%(num)s people: present", found.number)
    else:
        text = f"{found.change.enrolment.person.full_name}: {_in_words(found.change.after)}"
    return LastDeed(found.deed, text)


@dataclass(frozen=True)
class ChangeInWords:
    """One change of a mark: when, by whom, from what to what, its note, and whether it was taken back."""

    at: datetime
    by: str
    before: str
    after: str
    note: str
    undone: str


def changes_in_words(class_session: ClassSession, enrolment_ref: str) -> list[ChangeInWords]:
    """Return what people did to a mark, the last first."""
    return [
        ChangeInWords(
            at=each.change.at, by=each.by or str(_("the system")), before=_in_words(each.change.before),
            after=_in_words(each.change.after), note=(each.change.after or {}).get("note", ""),
            undone=_who(each.undone_by, each.change.undone_at) if each.change.undone_at else "",
        )
        for each in queries.history(class_session, enrolment_ref)
    ]  # fmt: skip


def _in_words(state: Mapping[str, Any] | None) -> str:
    if state is None:
        return label_of(None)
    minutes, source = state["minutes"], state["source"]
    parts = [label_of(state["mark"])]
    if minutes is not None:
        parts.append(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    if source != "hand":
        parts.append(str(_(SOURCE_LABELS[source])))
    return ", ".join(parts)


def _who(by: str | None, at: datetime | None) -> str:
    """Return who did something and when; reports and check-ins are nobody's."""
    if at is None:
        return str(_("by a report or a check-in"))
    return f"{by or _('the system')}, {moment(at)}"
