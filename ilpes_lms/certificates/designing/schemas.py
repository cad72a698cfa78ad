"""Templates of certificates as JSON."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from ilpes_lms.certificates.design import LONGEST, MOST_LISTED, MOST_LOGOS, Design, Logo, Signing, Words
from ilpes_lms.certificates.models import CertificateTemplate, CertificateTemplateVersion
from ilpes_lms.certificates.template_queries import InForce
from ilpes_lms.certificates.wording import CertificateKind, Language
from ilpes_lms.web.api import In, Out

Fact = Literal["dates", "hours", "earned", "place", "modality", "outcome", "grade"]


class CertificateTemplateWords(In):
    """The words of one kind in one language; an empty text leaves the institute's own words."""

    kind: CertificateKind
    language: Language
    heading: str = Field("", max_length=LONGEST["heading"])
    opening: str = Field("", max_length=LONGEST["opening"])
    deed: str = Field("", max_length=LONGEST["deed"])
    closing: str = Field("", max_length=LONGEST["closing"], description="Each line a sentence")


class CertificateTemplateLogo(In):
    """A picture that was sent, by its key, and what it shows, by language."""

    image: str = Field(pattern="^[0-9a-f]{64}$")
    alt: dict[Language, str]


class CertificateTemplateSignatory(In):
    """Somebody who signs while in office; `image` is the key of a picture that was sent, or empty."""

    name: str = Field(max_length=LONGEST["name"])
    titles: dict[Language, str] = Field(default_factory=dict)
    image: str = Field("", pattern="^([0-9a-f]{64})?$")
    since: date | None = None
    until: date | None = None


class CertificateTemplateDesign(In):
    """All that a template says and shows."""

    words: list[CertificateTemplateWords] = Field(default_factory=list, max_length=8)
    shown: list[Fact] = Field(default_factory=list, max_length=7)
    logos: list[CertificateTemplateLogo] = Field(default_factory=list, max_length=MOST_LOGOS)
    signatories: list[CertificateTemplateSignatory] = Field(default_factory=list, max_length=MOST_LISTED)

    def design(self) -> Design:
        """Return it as the room knows it."""
        return Design(
            words={
                (one.kind, one.language): Words(one.heading, one.opening, one.deed, one.closing) for one in self.words
            },
            shown=tuple(self.shown),
            logos=tuple(Logo(one.image, dict(one.alt.items())) for one in self.logos),
            signatories=tuple(
                Signing(one.name, dict(one.titles.items()), one.image, one.since, one.until) for one in self.signatories
            ),
        )


class NewCertificateTemplateIn(In):
    """A template that is begun: `division` empty is the whole institute, `like` the reference of one to copy."""

    name: str = Field(max_length=LONGEST["name"])
    division: str = ""
    like: str = ""


class CertificateTemplateNameIn(In):
    """What a template is to be called."""

    name: str = Field(max_length=LONGEST["name"])


class CertificatePreviewIn(In):
    """What to look at: the draft, or a design that is not saved."""

    kind: CertificateKind
    language: Language
    long: bool = False
    design: CertificateTemplateDesign | None = None


class CertificateTemplateChoiceIn(In):
    """The reference of the template that an activity's certificates are made of."""

    template: str = Field(min_length=1, max_length=26)


class CertificateTemplateOut(Out):
    """A template: `published` is the number of the newest version, 0 before the first.

    Of one with `retired_at` no certificate is made.
    """

    ref: str
    name: str
    division: str
    published: int
    usual: bool
    retired_at: datetime | None
    draft: CertificateTemplateDesign

    @classmethod
    def of(cls, template: CertificateTemplate) -> "CertificateTemplateOut":
        return cls(
            ref=template.public_id, name=template.name, division=template.division, published=template.published,
            usual=template.usual, retired_at=template.retired_at, draft=written(template.draft),
        )  # fmt: skip


class CertificateTemplatesOut(Out):
    """The templates that one may see, by name."""

    items: list[CertificateTemplateOut]


class CertificateTemplateVersionOut(Out):
    """A template as it was published."""

    number: int
    published_at: datetime
    design: CertificateTemplateDesign

    @classmethod
    def of(cls, version: CertificateTemplateVersion) -> "CertificateTemplateVersionOut":
        return cls(number=version.number, published_at=version.published_at, design=written(version.design))


class CertificateTemplateInForceOut(Out):
    """What an activity's certificates are made of; an empty `template` is the institute's own words."""

    template: str
    name: str
    version: int

    @classmethod
    def of(cls, found: InForce) -> "CertificateTemplateInForceOut":
        return cls(template=found.ref, name=found.name, version=found.version)


class CertificatePictureOut(Out):
    """A picture that was sent."""

    key: str
    media_type: str
    width: int
    height: int


def written(record: dict[str, object]) -> CertificateTemplateDesign:
    """Return a stored design as JSON shows it."""
    return CertificateTemplateDesign.model_validate(record)
