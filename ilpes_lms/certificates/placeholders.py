"""Words with places for values: `{name}` and the like, checked when they are written and filled in one go."""

import re
from collections.abc import Mapping

from ilpes_lms.certificates.errors import PlaceholderNotAlwaysKnown, PlaceholderUnknown
from ilpes_lms.core.text import N_

# Each with what stands in its place, as the editor explains it.
PLACEHOLDERS = {
    "name": N_("the name for certificates"),
    "activity": N_("the title of the activity"),
    "kind": N_("the kind of the activity"),
    "dates": N_("when it took place"),
    "modality": N_("how it was held"),
    "organization": N_("the institute"),
    "issued_on": N_("the day of issue"),
    "serial": N_("the serial number"),
    "place": N_("where it took place, if at a place"),
    "hours_planned": N_("the hours of training planned, if on record"),
    "hours_earned": N_("the hours of training earned, if on record"),
    "outcome": N_("completed or not completed"),
    "grade": N_("the grade of the learning platform, if there is one"),
}
# Not known of everyone: a sentence with one of them is left out where it is not, so it must be one that can be.
NOT_ALWAYS_KNOWN = frozenset({"place", "hours_planned", "hours_earned", "outcome", "grade"})
_PLACE = re.compile(r"\{([^{}]*)\}")


def check(text: str, *, field: str, may_be_left_out: bool) -> None:
    """Refuse a text with places that nothing fills.

    Raises PlaceholderUnknown, PlaceholderNotAlwaysKnown.
    """
    rest = _PLACE.sub("", text)
    for name in (*_PLACE.findall(text), *re.findall(r"[{}]", rest)):
        if name not in PLACEHOLDERS:
            raise PlaceholderUnknown(field=field, name=name[:40], known=listed())
        if name in NOT_ALWAYS_KNOWN and not may_be_left_out:
            raise PlaceholderNotAlwaysKnown(field=field, name=name)


def listed() -> str:
    """Return all placeholders as they are written."""
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its values, which are not looked through for places in their turn; "" if one is not known."""
    if not all(values.get(name) for name in _PLACE.findall(text)):
        return ""
    return _PLACE.sub(lambda found: values[found.group(1)], text)
