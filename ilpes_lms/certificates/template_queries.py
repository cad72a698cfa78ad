"""Questions about templates: which there are, which one an activity's certificates are made of, their pictures."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.certificates.design import Design
from ilpes_lms.certificates.models import (
    ActivityTemplate,
    Certificate,
    CertificateImage,
    CertificateTemplate,
    CertificateTemplateVersion,
)
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound

# The whole institute, where a division's code would stand.
EVERYONE = ""


@dataclass(frozen=True, slots=True)
class InForce:
    """What certificates are made of: a template's newest version, or what the code has (no reference, version 1)."""

    design: Design
    ref: str = ""
    version: int = 1
    name: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """A published template, and whether somebody chose it for the activity."""

    template: CertificateTemplate
    chosen: bool


FROM_CODE = InForce(Design())


def templates(divisions: frozenset[str]) -> list[CertificateTemplate]:
    """Return the templates that a coordinator of these divisions (none: of all) may see, by name."""
    statement = select(CertificateTemplate).where(_seen_by(divisions))
    return list(db.session.scalars(statement.order_by(CertificateTemplate.division, CertificateTemplate.name)))


def template(ref: str, divisions: frozenset[str]) -> CertificateTemplate:
    """Return a template that a coordinator of these divisions may see; raises NotFound."""
    statement = select(CertificateTemplate).where(CertificateTemplate.public_id == ref, _seen_by(divisions))
    if (found := db.session.scalar(statement)) is None:
        raise NotFound
    return found


def versions(template_id: int) -> list[CertificateTemplateVersion]:
    """Return all that was published of a template, the newest first."""
    version = CertificateTemplateVersion
    return list(db.session.scalars(_versions(template_id).order_by(version.number.desc())))


def version(template_id: int, number: int) -> CertificateTemplateVersion:
    """Return one version of a template; raises NotFound."""
    found = db.session.scalar(_versions(template_id).where(CertificateTemplateVersion.number == number))
    if found is None:
        raise NotFound
    return found


def offered(activity: Activity) -> list[Offered]:
    """Return the published templates that an activity may choose, the institute's and its division's, by name.

    Those that are retired are not among them, whoever chose them before.
    """
    chosen = and_(
        ActivityTemplate.template_id == CertificateTemplate.id, ActivityTemplate.activity_ref == activity.public_id
    )
    found = db.session.execute(
        select(CertificateTemplate, ActivityTemplate.id)
        .outerjoin(ActivityTemplate, chosen)
        .where(
            CertificateTemplate.published > 0,
            CertificateTemplate.retired_at.is_(None),
            or_(ActivityTemplate.id.is_not(None), _for(activity)),
        )
        .order_by(CertificateTemplate.name)
    )
    return [Offered(template, chosen_id is not None) for template, chosen_id in found]


def standing(offered: Collection[Offered]) -> CertificateTemplate | None:
    """Return which of them an activity's certificates are made of; None is what the code has.

    That is the one chosen for it, else its division's usual one, else the institute's.
    """
    usual = [one for one in offered if one.chosen or one.template.usual]
    first = max(usual, key=lambda one: (one.chosen, one.template.division != EVERYONE), default=None)
    return first.template if first else None


def in_force(activity: Activity) -> InForce:
    """Return what an activity's certificates are made of now."""
    found = standing(offered(activity))
    if found is None:
        return FROM_CODE
    design = Design.from_record(version(found.id, found.published).design)
    return InForce(design, found.public_id, found.published, found.name)


def is_made_use_of(found: CertificateTemplate) -> bool:
    """Tell whether an activity chose a template, or a certificate was asked for that is made of it."""
    chosen = select(ActivityTemplate.id).where(ActivityTemplate.template_id == found.id)
    made = select(Certificate.id).where(Certificate.content["template"].as_string() == found.public_id)
    return any(db.session.scalar(which.limit(1)) is not None for which in (chosen, made))


def is_retired(ref: str) -> bool:
    """Tell whether a template is retired; one that does not exist is not."""
    its = (CertificateTemplate.public_id == ref, CertificateTemplate.retired_at.is_not(None))
    return db.session.scalar(select(CertificateTemplate.id).where(*its)) is not None


def image(key: str) -> CertificateImage:
    """Return a picture that was sent; raises NotFound."""
    if (found := db.session.scalar(select(CertificateImage).where(CertificateImage.key == key))) is None:
        raise NotFound
    return found


def images_known(keys: Collection[str]) -> set[str]:
    """Return which of some keys are pictures that were sent."""
    return set(db.session.scalars(select(CertificateImage.key).where(CertificateImage.key.in_(sorted(keys)))))


IMAGES = select(CertificateImage.key)


def image_is_needed(key: str) -> bool:
    """Tell whether a picture is kept under a key: versions and certificates may show it for good."""
    return db.session.scalar(select(CertificateImage.id).where(CertificateImage.key == key)) is not None


def edited_by(divisions: frozenset[str], division: str) -> bool:
    """Tell whether a coordinator of these divisions (none: of all) changes what belongs to a division."""
    return not divisions or division in divisions


def _versions(template_id: int) -> Select[CertificateTemplateVersion]:
    return select(CertificateTemplateVersion).where(CertificateTemplateVersion.template_id == template_id)


def _for(activity: Activity) -> ColumnElement[bool]:
    return CertificateTemplate.division.in_({EVERYONE, activity.division or EVERYONE})


def _seen_by(divisions: frozenset[str]) -> ColumnElement[bool]:
    if not divisions:
        return true()
    return CertificateTemplate.division.in_(sorted({EVERYONE, *divisions}))
