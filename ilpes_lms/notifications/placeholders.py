"""What a message can say of whom and what it is about: names in braces, filled when it is written."""

from dataclasses import dataclass
from typing import Literal

from ilpes_lms.core.text import N_


@dataclass(frozen=True)
class Placeholder:
    """One name in braces.

    `label` and `example` are English gettext keys. `value` is the kind's name for what it shows where that differs.
    Without a `required` one a message is useless. A `link` is an address that may be followed, and `action` what its
    button says; `prose` is what stands in several paragraphs, of `items` each line is one of a list; all else is words
    within a line.
    """

    name: str
    label: str
    example: str
    required: bool = False
    form: Literal["words", "link", "prose", "items"] = "words"
    value: str = ""
    action: str = N_("Open the page")

    @property
    def source(self) -> str:
        """Return the kind's name for what it shows."""
        return self.value or self.name

    @property
    def marker(self) -> str:
        """Return it as it stands in a text."""
        return f"{{{self.name}}}"


NAME = Placeholder("name", N_("Name of who reads the message"), "Ana Soto")
ACTIVITY = Placeholder("activity", N_("Title of the activity"), N_("Territorial planning"), value="title")
WHEN = Placeholder("when", N_("Dates and place of the activity, a line each"), N_("Dates: 6 April to 30 May"))
DATES = Placeholder("dates", N_("Dates of the activity"), N_("6 April to 30 May"))
CONTACT = Placeholder("contact", N_("Whom to ask about the activity"), "ilpes@example.org")
REASON = Placeholder("why", N_("The reason, as somebody wrote it"), N_("All places are taken."))
PLACES = Placeholder(
    "places", N_("A sentence: how many places the institution has"),
    N_("Ministry of Planning has 5 places in “Territorial planning”."),
)  # fmt: skip
POSITION = Placeholder("position", N_("Position on the waiting list"), "3")
INSTITUTION = Placeholder("institution", N_("Name of the institution"), N_("Ministry of Planning"))
HOURS = Placeholder("hours", N_("For how many hours the link works"), "24")
LINK = Placeholder(
    "link", N_("Link that the message is sent for"), "https://example.org/my/1", required=True, form="link"
)
ACTIVITY_LINK = Placeholder(
    "activity_link", N_("Link to the page of the activity"), "https://example.org/activities/1", form="link",
    action=N_("See the activity"),
)  # fmt: skip
CATALOGUE_LINK = Placeholder(
    "catalogue_link", N_("Link to all courses and webinars"), "https://example.org/activities", form="link",
    action=N_("See courses and webinars"),
)  # fmt: skip
