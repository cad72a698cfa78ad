"""The versions of the privacy notice, the newest first: each stays readable, and says what it changed."""

from typing import NamedTuple

from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.text import N_


class Version(NamedTuple):
    """A version of the notice: its text is the template of its name; `changes` are English gettext keys."""

    name: str
    changes: tuple[str, ...] = ()


VERSIONS = (
    Version(
        "2026-11",
        (
            N_("It says of everything that is kept for a time only how long that is at present."),
            N_("Accounts that nobody has used for years are erased; you are told a month before."),
            N_("Texts of messages, invitations and applications without a place are deleted after some time."),
            N_("What you take along is put into a file that is kept for some days."),
        ),
    ),
    Version("2026-02"),
)  # fmt: skip


def version_named(name: str) -> Version:
    """Return a version of the notice; raises NotFound."""
    found = next((version for version in VERSIONS if version.name == name), None)
    if found is None:
        raise NotFound
    return found
