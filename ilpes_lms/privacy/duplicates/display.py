"""People who may be one, in the reader's language."""

from typing import Any

from flask_babel import gettext as _

from ilpes_lms.core.text import N_
from ilpes_lms.people.models import Person
from ilpes_lms.privacy.duplicates.models import TwinPair
from ilpes_lms.privacy.duplicates.rules import FAIR, STRONG, WEAK

STRENGTHS = {
    STRONG: (N_("Speaks strongly for one person"), "caution"),
    FAIR: (N_("Speaks for one person"), "info"),
    WEAK: (N_("Speaks weakly for one person"), "plain"),
}
_SAME = {
    "address": N_("The same e-mail address, apart from dots or from what follows a plus."),
    "report": N_("An attendance report showed the one under an address of the other."),
    "domain": N_("E-mail addresses that differ by one letter after the at-sign."),
    "organization": N_("The same institution."),
    "name": N_("The same name, apart from accents and the order of its parts."),
    "certificate_name": N_("The same name on certificates."),
    "residence_country": N_("The same country of residence."),
    "nationality": N_("The same nationality."),
    "position": N_("The same position."),
    "only_name": N_("Of one of them nothing but the name is known."),
}
_DIFFERENT = {
    "organization": N_("institution"),
    "position": N_("position"),
    "residence_country": N_("country of residence"),
    "nationality": N_("nationality"),
}


def reasons(pair: TwinPair) -> list[str]:
    """Return what speaks for two people being one, and what against it."""
    said = [str(_(_SAME[code])) for code in pair.evidence["same"]]
    different = ", ".join(str(_(_DIFFERENT[code])) for code in pair.evidence["different"])
    return [*said, str(_("Differ: %(facts)s.", facts=different))] if different else said


def addresses(person: Person) -> str:
    """Return a person's addresses, or that there is none."""
    return ", ".join(one.address for one in person.emails) or str(_("no e-mail address"))


def pair_out(pair: TwinPair) -> dict[str, Any]:
    """Return a pair as programs get it."""
    return {
        "pair_ref": pair.public_id, "first": pair.first.public_id, "second": pair.second.public_id,
        "first_name": pair.first.full_name, "second_name": pair.second.full_name, "same": pair.evidence["same"],
        "different": pair.evidence["different"], "strength": pair.strength, "found_at": pair.found_at,
        "dismissed_at": pair.dismissed_at,
    }  # fmt: skip
