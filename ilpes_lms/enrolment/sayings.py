"""What is said of places: rules, reasons, outcomes and occasions in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from ilpes_lms.catalogue import wording as catalogue_wording
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import rules
from ilpes_lms.enrolment.models import PlaceDecision, PlaceRule
from ilpes_lms.enrolment.rules import Reason
from ilpes_lms.web import i18n
from ilpes_lms.web.i18n import ngettext

_REASONS = {
    "in_rank": N_("In: number %(rank)s by score and time of application."),
    "in_reserved": N_("In: a place reserved for %(whose)s."),
    "in_women": N_("In: needed for the share of women, %(percent)s per cent."),
    "no_places": N_("No places are left."),
    "country_full": N_("Already %(number)s of %(country)s."),
    "institution_full": N_("Already %(number)s of this institution."),
    "places_reserved": N_("The places left are reserved until %(until)s for %(whose)s."),
    "women_share": N_("Women would be fewer than %(percent)s per cent."),
    "rules_together": N_("With this person the rules together would leave more people without a place."),
    "next": N_("Next in line."),
    "after": N_("Comes after those before in line."),
    "over_capacity": N_("%(held)s people hold places although there are %(capacity)s. Nobody is thrown out."),
    "share_unmet": N_(
        "The minimum share of women can't be met: %(women)s of %(total)s would be women, the rule asks for %(percent)s "
        "per cent."
    ),
    "share_limits": N_(
        "Places that stay empty to keep women at %(percent)s per cent: %(empty)s. %(women)s of %(total)s would be "
        "women."
    ),
    "reserved_empty": N_("Reserved places that stay empty until they are released: %(number)s."),
}
OUTCOMES = {
    "promoted": N_("Free places were passed on."),
    "nobody_waits": N_("Nobody was promoted because nobody waits."),
    "no_place_free": N_("Nobody was promoted because no place is free."),
    "past_cut_off": N_("Nobody was promoted because the time to pass on free places is over."),
    "begun": N_("Nobody was promoted because the activity has begun."),
    "not_published": N_("Nobody was promoted because the activity takes nobody now."),
    "committee_first": N_("Nobody was promoted because the committee still has applications to decide on first."),
    "rules_allow_nobody": N_("Nobody was promoted because the place rules allow nobody who waits a place now."),
    "rules_set_aside": N_("The committee set the place rules aside."),
}
# The same about the present moment.
_NOW = {
    "promoted": N_("The next in line gets a free place within a minute."),
    "nobody_waits": N_("Nobody waits."),
    "no_place_free": N_("No place is free now. The next that becomes free goes to the first in line who may have it."),
    "past_cut_off": N_("The time to pass on free places is over."),
    "begun": N_("The activity has begun: free places are no longer passed on."),
    "not_published": N_("The activity takes nobody now."),
    "committee_first": N_("Places are free, but the committee still has applications to decide on first."),
    "rules_allow_nobody": N_("Places are free, but the place rules allow nobody who waits one now."),
}
OCCASIONS = {
    "withdrawal": N_("Somebody withdrew"),
    "merge": N_("Records of one person were merged or separated"),
    "offer_declined": N_("An offer was turned down"),
    "offer_lapsed": N_("An offer lapsed"),
    "hold_ended": N_("A place held for an address was not needed or not confirmed in time"),
    "acceptance": N_("An offer was accepted"),
    "arrival": N_("Somebody registered"),
    "invitation": N_("An invitation was accepted"),
    "decision": N_("The committee decided"),
    "edited": N_("The activity was edited: its places, its rules or its state"),
    "sweep": N_("Regular check, also of released places"),
    "change": N_("Something changed"),
    "institution": N_("The places of an institution changed"),
}


def rule_text(rule: PlaceRule, zone: str) -> str:
    """Return a place rule as a sentence."""
    if rule.kind == rules.MINIMUM_WOMEN:
        return str(_("At least %(number)s per cent women", number=rule.number))
    if rule.kind not in rules.RESERVING:
        per = {
            rules.AT_MOST_PER_COUNTRY: _("At most %(number)s of one country", number=rule.number),
            rules.AT_MOST_PER_INSTITUTION: _("At most %(number)s of one institution", number=rule.number),
        }
        return str(per[rule.kind])
    whose = _whose(rule.countries, rule.organization.name if rule.organization else "")
    until = i18n.moment(rule.until, zone) if rule.until else str(_("the activity begins"))
    return str(
        ngettext(
            "%(num)s place reserved for %(whose)s until %(until)s",
            "%(num)s places reserved for %(whose)s until %(until)s",
            rule.number, whose=whose, until=until,
        )
    )  # fmt: skip


def reason_text(reason: Reason, zone: str | None = None) -> str:
    """Return why somebody is in or out, or a note on a proposal, as a sentence."""
    return str(_(_REASONS[reason.code], **_named(reason.params, zone)))


def now_text(outcome: str) -> str:
    """Return why free places are passed on to nobody at this moment."""
    return str(_(_NOW[outcome]))


def outcome_text(decision: PlaceDecision) -> str:
    """Return what came of one occasion."""
    if decision.promoted:
        said = ngettext("%(num)s person was promoted.", "%(num)s people were promoted.", decision.promoted)
        return str(said)
    return str(_(OUTCOMES[decision.outcome]))


def occasion_text(decision: PlaceDecision) -> str:
    """Return on which occasion places were to be passed on."""
    return str(_(OCCASIONS[decision.occasion]))


def passed_over_text(decision: PlaceDecision) -> str:
    """Return how many the rules passed over, by the rule."""
    counts: dict[str, int] = decision.details.get("counts", {})
    return " ".join(str(_(_PASSED_OVER[why], number=number)) for why, number in sorted(counts.items()))


_PASSED_OVER = {
    "country_full": N_("Passed over, the limit of their country reached: %(number)s."),
    "institution_full": N_("Passed over, the limit of their institution reached: %(number)s."),
    "places_reserved": N_("Passed over, places reserved for others: %(number)s."),
    "women_share": N_("Passed over to keep the share of women: %(number)s."),
    "no_places": N_("Waiting for a free place: %(number)s."),
}


def _named(params: Mapping[str, Any], zone: str | None) -> dict[str, Any]:
    values = dict(params)
    if "countries" in values:
        values["whose"] = _whose(values["countries"], values["institution"])
    if isinstance(values.get("until"), datetime):
        values["until"] = i18n.moment(values["until"], zone)
    if "country" in values:
        values["country"] = catalogue_wording.country_names([values["country"]])
    return values


def _whose(countries: Any, institution: str) -> str:
    return institution or catalogue_wording.country_names(countries)


SAYINGS: dict[str, Any] = {
    "rule_text": rule_text,
    "reason_text": reason_text,
    "now_text": now_text,
    "outcome_text": outcome_text,
    "occasion_text": occasion_text,
    "passed_over_text": passed_over_text,
}
