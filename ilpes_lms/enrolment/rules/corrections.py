"""What was copied of a person to an enrolment may be corrected: which fields, to which values."""

from collections.abc import Callable, Mapping

from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.errors import NothingCorrected, ReasonMissing
from ilpes_lms.people.rules import lines, one_line
from ilpes_lms.people.vocabularies import countries, sectors, sexes
from ilpes_lms.people.vocabularies.errors import UnknownCode

ATTRIBUTE_LABELS = {
    "sex": N_("Sex"),
    "country": N_("Country of residence"),
    "sector": N_("Sector"),
    "organization_name": N_("Institution"),
    "organization_country": N_("Country of the institution"),
    "position_held": N_("Position"),
}
# An institution is one thing in three columns: who corrects one of them has said which institution it is.
INSTITUTION = frozenset({"organization_name", "organization_country"})
LONGEST_REASON = 400
_LONGEST = {"organization_name": 300, "position_held": 200}
_CODES: dict[str, Callable[[object], bool]] = {
    "sex": sexes.is_code, "country": countries.is_code, "sector": sectors.is_code,
    "organization_country": countries.is_code,
}  # fmt: skip


def reason_for_correction(text: str) -> str:
    """Return why something is corrected; refuse to do it without saying why."""
    said = lines(text, longest=LONGEST_REASON, field="reason")
    if not said:
        raise ReasonMissing(field="reason")
    return said


def corrected(given: Mapping[str, str | None], before: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return which fields change, as they are stored; refuse unknown codes and a correction of nothing.

    An empty value says that it is not known; of the sex, "not stated" says so.
    """
    clean = {field: _clean(field, value) for field, value in given.items()}
    changed = {field: value for field, value in clean.items() if value != before[field]}
    if not changed:
        raise NothingCorrected
    return changed


def _clean(field: str, value: str | None) -> str | None:
    if field in _LONGEST:
        return one_line(value or "", longest=_LONGEST[field], field=field) or None
    if (value or field == "sex") and not _CODES[field](value):
        raise UnknownCode(value or "", field, field=field)
    return value or None
