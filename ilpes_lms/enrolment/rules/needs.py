"""What an activity needs to know of an applicant that their profile does not say."""

from collections.abc import Collection

from ilpes_lms.catalogue.rules import Answer

# What a committee reads of every applicant, and what place rules count by.
_READ_BY_COMMITTEES = ("organization", "sector", "position")
_COUNTED_BY = {
    "at_most_per_country": "country",
    "reserved_countries": "country",
    "at_most_per_institution": "organization",
    "reserved_institution": "organization",
}
_ASKED_FOR = {"languages": "working_languages"}


def lacking(
    *, admission: str, kind: str, eligibility: Answer, rule_kinds: Collection[str], stated: Collection[str]
) -> dict[str, bool]:
    """Return the fields of the profile to ask for, each with whether the application needs it.

    `stated` are the fields that the profile says. An institution outside the list is asked for again where the
    activity is for some institutions, or for the institutions of some countries.
    """
    unclear = {_condition(reason.condition, kind) for reason in eligibility.reasons if reason.silent}
    counted = {_COUNTED_BY[rule] for rule in rule_kinds if rule in _COUNTED_BY} - set(stated)
    read = set(_READ_BY_COMMITTEES) - set(stated) if admission == "selection" else set()
    order = ("country", "organization", "sector", "position", "working_languages")
    return {name: name in unclear | counted for name in order if name in unclear | counted | read}


def _condition(condition: str, kind: str) -> str:
    # A national course asks for the country where one works, which the institution tells.
    if condition == "country" and kind == "national_restricted":
        return "organization"
    return _ASKED_FOR.get(condition, condition)
