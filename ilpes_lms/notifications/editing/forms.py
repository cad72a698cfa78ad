"""What a message says, as somebody writes it."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField, TextAreaField

from ilpes_lms.notifications.editing.display import Text
from ilpes_lms.notifications.texts import rules
from ilpes_lms.web.forms import Form

LONGEST_VERSION = 9


class TextForm(Form):
    """Subject and text; `version` is the one that the page showed."""

    subject = StringField(_("Subject"), render_kw={"maxlength": rules.LONGEST_SUBJECT})
    body = TextAreaField(
        _("Text"),
        description=_(
            "An empty line begins a new paragraph, “- ” before a line makes a list, **two stars** stress. A link alone "
            "in its line becomes a button. A line whose placeholder has nothing to show is left out."
        ),
        render_kw={"rows": 18},
    )
    version = HiddenField()

    @classmethod
    def of(cls, text: Text) -> "TextForm":
        """Return the form with a text in it, or with what was typed."""
        words = {"subject": text.words.subject, "body": text.words.body}
        return cls(data={**words, "version": str(text.version)})

    @property
    def seen(self) -> int:
        """Return the version that the page showed, one that never was where it says none."""
        said = str(self.version.data or "")
        return int(said) if said.isdecimal() and len(said) <= LONGEST_VERSION else -1
