"""Merges in the reader's language: what moves, what collides, what stands against it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.moving import Move
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.rules import STATE_LABELS
from ilpes_lms.people.models import Organization, Person
from ilpes_lms.people.vocabularies import countries, sectors
from ilpes_lms.privacy.merging.models import Merge
from ilpes_lms.privacy.merging.service import Collision, Preview, Record, UndoPreview, ends_of
from ilpes_lms.web import i18n
from ilpes_lms.web.errors import text_of

_LABELS = {
    "email_addresses": N_("E-mail addresses"),
    "former_addresses": N_("Former addresses"),
    "accounts": N_("Account"),
    "provider_identities": N_("Sign-in by other providers"),
    "role_grants": N_("Roles"),
    "consents": N_("Agreements to the privacy notice"),
    "enrolments": N_("Applications and places"),
    "application_drafts": N_("Applications that are not sent"),
    "invitations": N_("Invitations"),
    "reviews": N_("Reviews of applications"),
    "conflicts_of_interest": N_("Conflicts of interest"),
    "marks": N_("Marks"),
    "outcomes": N_("Outcomes"),
    "platform_records": N_("What the learning platform said"),
    "platform_rows": N_("Lines of exports of the learning platform"),
    "reported_persons": N_("Lines of attendance reports"),
    "remembered_matches": N_("Remembered matches of reports"),
    "certificates": N_("Certificates"),
    "calendar_feeds": N_("Private address for a calendar"),
    "calendar_books": N_("Calendars to be told anew"),
    "messages": N_("Messages"),
    "declined_kinds": N_("Messages that are not wanted"),
    "digest_choices": N_("One message a day"),
    "assignments": N_("Assignments"),
    "persons": N_("People"),
    "place_rules": N_("Place rules"),
    "nomination_quotas": N_("Places to nominate for"),
    "activities": N_("Activities for certain institutions only"),
}
_LEADS_ON = "merged_into_id"


def counts(moves: Mapping[str, Iterable[Move]]) -> dict[str, int]:
    """Return how many rows move, by table; the mark of the record itself is none of them."""
    rows = {(move.table, move.row) for some in moves.values() for move in some if move.column != _LEADS_ON}
    return dict(Counter(table for table, _row in sorted(rows)))


def lines(moves: Mapping[str, Iterable[Move]]) -> list[tuple[str, int]]:
    """Return how many rows move, in words, in the order in which rooms are told."""
    found = counts(moves)
    return [(str(_(label)), found[table]) for table, label in _LABELS.items() if table in found]


def compared(gone: Record, stays: Record) -> list[tuple[str, str, str]]:
    """Return what is known of both, side by side."""
    mine, other = _facts(gone), _facts(stays)
    return [(label, mine[label] or "–", other[label] or "–") for label in mine if mine[label] or other[label]]


def collision_text(collision: Collision, found: Preview) -> tuple[str, list[str]]:
    """Return the activity of two enrolments, and what becomes of each of them."""
    pair = collision.pair
    said = [
        str(_("Stays: %(enrolment)s.", enrolment=_enrolment(pair.stays))),
        str(_("Is set aside: %(enrolment)s.", enrolment=_enrolment(pair.aside))),
    ]
    if taken := marks_taken(collision, found):
        said.append(str(_("Marks taken over, where there was none: %(number)s.", number=taken)))
    if collision.marks_apart:
        said.append(
            str(
                _(
                    "Marks that differ, where those of the one that stays count: %(number)s.",
                    number=collision.marks_apart,
                )
            )
        )
    return i18n.in_own_words(pair.activity.titles), said


def marks_taken(collision: Collision, found: Preview) -> int:
    """Return how many marks the enrolment that stays takes over."""
    return sum(
        move.table == "marks" and move.was == collision.pair.aside.id for move in found.moves.get("attendance", ())
    )


def obstacle_texts(obstacles: Iterable[DomainError]) -> list[str]:
    """Return what stands against it, each with how to go on."""
    return [text_of(one) for one in obstacles]


def name_of(record: Record) -> str:
    """Return what a record is called."""
    return record.full_name if isinstance(record, Person) else record.name


def country_of(organization: Organization) -> str:
    """Return the name of the country of an organization."""
    return countries.country_name(organization.country, i18n.current_language())


def title_of(merge: Merge) -> str:
    """Return what was merged into what."""
    gone, stays = ends_of(merge)
    return str(_("%(gone)s into %(stays)s", gone=name_of(gone), stays=name_of(stays)))


def preview_out(found: Preview) -> dict[str, Any]:
    """Return a preview as programs get it."""
    return {
        "gone": found.gone.public_id, "stays": found.stays.public_id, "moves": counts(found.moves),
        "collisions": [_collision_out(one, found) for one in found.collisions],
        "obstacles": _obstacles_out(found.obstacles), "seen": found.seen,
    }  # fmt: skip


def undo_out(found: UndoPreview) -> dict[str, Any]:
    """Return what undoing does as programs get it."""
    return {
        "merge": merge_out(found.merge), "back": counts(found.back), "left": counts(found.left),
        "obstacles": _obstacles_out(found.obstacles), "seen": found.seen,
    }  # fmt: skip


def merge_out(merge: Merge) -> dict[str, Any]:
    """Return a merge as programs get it."""
    gone, stays = ends_of(merge)
    return {
        "merge_ref": merge.public_id, "kind": merge.kind, "gone": gone.public_id, "stays": stays.public_id,
        "reason": merge.reason, "at": merge.at, "undone_at": merge.undone_at, "undone_reason": merge.undone_reason,
    }  # fmt: skip


def _collision_out(one: Collision, found: Preview) -> dict[str, Any]:
    pair = one.pair
    return {
        "activity_ref": pair.activity.public_id, "title": i18n.in_own_words(pair.activity.titles),
        "stays": pair.stays.public_id, "stays_state": pair.stays.state, "set_aside": pair.aside.public_id,
        "set_aside_state": pair.aside.state, "marks_taken": marks_taken(one, found), "marks_apart": one.marks_apart,
    }  # fmt: skip


def _obstacles_out(obstacles: Sequence[DomainError]) -> list[dict[str, str]]:
    return [{"code": one.code, "detail": text_of(one)} for one in obstacles]


def _enrolment(one: Enrolment) -> str:
    state = str(_(STATE_LABELS[one.state]))
    return str(_("%(state)s, applied on %(day)s", state=state, day=i18n.short_day(one.applied_at.date())))


def _facts(record: Record) -> dict[str, str]:
    return _facts_of_person(record) if isinstance(record, Person) else _facts_of_organization(record)


def _facts_of_person(person: Person) -> dict[str, str]:
    code = i18n.current_language()
    return {
        str(_("Name")): person.full_name,
        str(_("Name on certificates")): person.certificate_name,
        str(_("E-mail addresses")): ", ".join(one.address for one in person.emails),
        str(_("Country")): countries.country_name(person.residence_country, code) if person.residence_country else "",
        str(_("Organization")): person.organization_name,
        str(_("Position")): person.position,
        str(_("On record since")): i18n.short_day(person.created_at.date()),
        str(_("Code")): person.public_id,
    }


def _facts_of_organization(organization: Organization) -> dict[str, str]:
    code = i18n.current_language()
    return {
        str(_("Name")): organization.name,
        str(_("Country")): country_of(organization),
        str(_("Sector")): sectors.label(organization.sector, code) if organization.sector else "",
        str(_("Code")): organization.public_id,
    }
