"""The verbs of templates: a draft that is changed and published, the choice of an activity, pictures that are sent."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.certificates import design as designs
from ilpes_lms.certificates import images, template_queries
from ilpes_lms.certificates.design import Design
from ilpes_lms.certificates.errors import (
    PictureUnknown,
    TemplateChanged,
    TemplateInUse,
    TemplateNameMissing,
    TemplateNameTaken,
    TemplateNotPublished,
    TemplateNotYours,
    TemplateRetired,
    TemplateUnchanged,
)
from ilpes_lms.certificates.models import (
    ActivityTemplate,
    CertificateImage,
    CertificateTemplate,
    CertificateTemplateVersion,
)
from ilpes_lms.core import clock, files
from ilpes_lms.core.database import db, inserting, savepoint, transaction, violates
from ilpes_lms.people import rules as people
from ilpes_lms.people.service import attempts
from ilpes_lms.people.vocabularies import divisions as vocabulary
from ilpes_lms.people.vocabularies.errors import UnknownCode

PREVIEW = "certificate_preview"


@transaction
def create(*, name: str, division: str, like: str, divisions: frozenset[str]) -> CertificateTemplate:
    """Begin a template: a copy of another one's draft, or (`like` "") what the code has.

    Raises TemplateNotYours, TemplateNameMissing, TemplateNameTaken, UnknownCode.
    """
    if not template_queries.edited_by(divisions, division):
        raise TemplateNotYours(field="division")
    if division and not vocabulary.is_code(division):
        raise UnknownCode(division, "divisions", field="division")
    draft = template_queries.template(like, divisions).draft if like else Design().as_record()
    made = CertificateTemplate(name=_name(name), division=division, draft=draft)
    with _name_alone():
        db.session.add(made)
    audit.record("certificate_template.created", "certificate_template", made.public_id, name=made.name)
    return made


@transaction
def rename(*, ref: str, name: str, divisions: frozenset[str]) -> CertificateTemplate:
    """Let a template be called otherwise; what was made of it is not touched.

    Raises TemplateNotYours, TemplateNameMissing, TemplateNameTaken.
    """
    found = _locked(ref, divisions)
    if (new := _name(name)) != found.name:
        with _name_alone():
            found.name = new
        audit.record("certificate_template.renamed", "certificate_template", ref, name=new)
    return found


@transaction
def remove(*, ref: str, divisions: frozenset[str]) -> None:
    """Remove a template that nothing was made of and that stands nowhere; raises TemplateNotYours, TemplateInUse."""
    found = _locked(ref, divisions)
    if found.usual or template_queries.is_made_use_of(found):
        raise TemplateInUse
    version = CertificateTemplateVersion
    try:
        with savepoint():
            db.session.execute(delete(version).where(version.template_id == found.id))
            db.session.execute(delete(CertificateTemplate).where(CertificateTemplate.id == found.id))
    except IntegrityError as error:
        # An activity chose it a moment ago.
        raise TemplateInUse from error
    audit.record("certificate_template.removed", "certificate_template", ref, name=found.name)


@transaction
def change_draft(*, ref: str, version: int, design: Design, divisions: frozenset[str]) -> CertificateTemplate:
    """Let a draft be another; what was published stays. Raises TemplateChanged if it is not the one that was seen."""
    found = _locked(ref, divisions)
    if found.draft_version != version:
        raise TemplateChanged
    designs.check(design)
    if design.images - template_queries.images_known(design.images):
        raise PictureUnknown(field="picture")
    if design.as_record() != found.draft:
        found.draft, found.draft_version = design.as_record(), version + 1
        audit.record("certificate_template.changed", "certificate_template", ref, version=found.draft_version)
    return found


@transaction
def publish(*, ref: str, version: int, divisions: frozenset[str]) -> CertificateTemplateVersion:
    """Make the draft the newest version, of which certificates are made from now on.

    Raises TemplateChanged if it is not the one that was seen, TemplateUnchanged.
    """
    found = _locked(ref, divisions)
    if found.draft_version != version:
        raise TemplateChanged
    if found.published and template_queries.version(found.id, found.published).design == found.draft:
        raise TemplateUnchanged
    found.published += 1
    made = CertificateTemplateVersion(
        template_id=found.id, number=found.published, design=found.draft, published_at=clock.now()
    )
    db.session.add(made)
    audit.record("certificate_template.published", "certificate_template", ref, version=made.number)
    return made


@transaction
def make_usual(*, ref: str, usual: bool, divisions: frozenset[str]) -> CertificateTemplate:
    """Let a template stand, or stand no longer, where activities of its division have none of their own."""
    beside = _locked_beside(ref, divisions)
    found = beside[ref]
    if usual and not found.published:
        raise TemplateNotPublished
    if usual and found.retired_at is not None:
        raise TemplateRetired
    if usual != found.usual:
        for other in beside.values():
            other.usual = False
        # First the room, then who takes it: the index lets no two stand even for a moment.
        db.session.flush()
        found.usual = usual
        audit.record("certificate_template.usual", "certificate_template", ref, usual=usual)
    return found


@transaction
def retire(*, ref: str, divisions: frozenset[str]) -> CertificateTemplate:
    """Let no certificate be made of a template from now on; those asked for stay. Raises TemplateNotYours.

    Activities that chose it get the usual one until it is brought back.
    """
    found = _locked(ref, divisions)
    if found.retired_at is None:
        found.retired_at, found.usual = clock.now(), False
        audit.record("certificate_template.retired", "certificate_template", ref, name=found.name)
    return found


@transaction
def restore(*, ref: str, divisions: frozenset[str]) -> CertificateTemplate:
    """Bring a retired template back, for the activities that chose it too; raises TemplateNotYours."""
    found = _locked(ref, divisions)
    if found.retired_at is not None:
        found.retired_at = None
        audit.record("certificate_template.restored", "certificate_template", ref, name=found.name)
    return found


@transaction
def choose(*, activity_ref: str, ref: str, divisions: frozenset[str]) -> None:
    """Choose the template of an activity's certificates, "" for the usual one; those asked for already stay."""
    activity = catalogue.lock(queries.managed_outline(activity_ref, divisions).id)
    offered = {one.template.public_id: one.template.id for one in template_queries.offered(activity)}
    if ref and ref not in offered:
        refusal = TemplateRetired if template_queries.is_retired(ref) else TemplateNotPublished
        raise refusal(field="template")
    db.session.execute(delete(ActivityTemplate).where(ActivityTemplate.activity_ref == activity_ref))
    if ref:
        db.session.add(ActivityTemplate(activity_ref=activity_ref, template_id=offered[ref]))
    audit.record("certificates.template", "activity", activity_ref, template=ref)


@transaction
def keep_image(*, sent: bytes, field: str = "picture") -> CertificateImage:
    """Keep a picture for logos and signatures, once however often it is sent; refusals are those of `images.read`."""
    found = images.read(sent, field=field)
    key = files.keep(found.content)
    values = {"media_type": found.media_type, "width": found.width, "height": found.height}
    row = inserting(CertificateImage).values(key=key, added_at=clock.now(), **values)
    db.session.execute(row.on_conflict_do_nothing(index_elements=["key"]))
    return template_queries.image(key)


def count_preview(account: str) -> None:
    """Count a preview against who asks for it; raises TooManyAttempts: each takes the server's time."""
    attempts.count(PREVIEW, email=account, caller=None)


def _locked(ref: str, divisions: frozenset[str]) -> CertificateTemplate:
    found = _own(ref, divisions)
    return db.session.scalars(_for_update(CertificateTemplate.id == found.id)).one()


def _locked_beside(ref: str, divisions: frozenset[str]) -> dict[str, CertificateTemplate]:
    """Lock all templates of a template's division in one order, for only one of them is the usual one."""
    same = CertificateTemplate.division == _own(ref, divisions).division
    return {one.public_id: one for one in db.session.scalars(_for_update(same))}


def _own(ref: str, divisions: frozenset[str]) -> CertificateTemplate:
    found = template_queries.template(ref, divisions)
    if not template_queries.edited_by(divisions, found.division):
        raise TemplateNotYours
    return found


def _for_update(which: ColumnElement[bool]) -> Select[CertificateTemplate]:
    statement = select(CertificateTemplate).where(which).order_by(CertificateTemplate.id)
    return statement.with_for_update().execution_options(populate_existing=True)


@contextmanager
def _name_alone() -> Iterator[None]:
    """Write a template whose name no other may have; raises TemplateNameTaken."""
    try:
        with savepoint():
            yield
            db.session.flush()
    except IntegrityError as error:
        if violates(error, "uq_certificate_templates_name", "certificate_templates.name"):
            raise TemplateNameTaken(field="name") from error
        raise


def _name(text: str) -> str:
    name = people.one_line(text, longest=designs.LONGEST["name"], field="name")
    if not name:
        raise TemplateNameMissing(field="name")
    return name
