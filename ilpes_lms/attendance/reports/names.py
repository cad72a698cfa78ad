"""Names as the platforms decorate them; a telephone number in place of a name is never kept."""

import re
from dataclasses import dataclass

from ilpes_lms.core.text import fold

_TAGS = frozenset(
    {"external", "unverified", "guest", "host", "externo", "sin verificar", "no comprobado", "invitado", "anfitrion",
     "nao verificado", "convidado", "anfitriao"}
)  # fmt: skip
_LAST_BRACKETS = re.compile(r"^(?P<before>.*?)\s*\((?P<inside>[^()]*)\)$", re.DOTALL)
_TELEPHONE = re.compile(r"^\+?[\d\s().*x•-]{6,}$", re.IGNORECASE)
_FEWEST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class ShownName:
    """The name somebody showed, the one behind it if the platform tells, and whether it was a telephone instead."""

    current: str
    original: str = ""
    telephone: bool = False


def shown_name(text: str) -> ShownName:
    """Return what a name column says, without tags such as (External) and without telephone numbers."""
    rest, original = text.strip(), ""
    while found := _LAST_BRACKETS.match(rest):
        inside = found["inside"].strip()
        if fold(inside) in _TAGS:
            rest = found["before"]
        elif not original and found["before"]:
            rest, original = found["before"], inside
        else:
            break
    if is_telephone(rest):
        return ShownName("", telephone=True)
    return ShownName(rest, "" if is_telephone(original) else original)


def is_telephone(text: str) -> bool:
    """Tell whether a text is a telephone number, parts of it hidden or not."""
    return bool(_TELEPHONE.match(text)) and sum(c.isdigit() for c in text) >= _FEWEST_DIGITS
