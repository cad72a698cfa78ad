"""Templates of certificates as JSON: what the pages do, through the same service."""

from apiflask import APIBlueprint
from flask import Response, jsonify, request

from ilpes_lms.catalogue.queries import managed_outline
from ilpes_lms.certificates import template_queries
from ilpes_lms.certificates.design import check
from ilpes_lms.certificates.designing import schemas, service, specimen
from ilpes_lms.certificates.designing.forms import draft_of
from ilpes_lms.certificates.errors import PictureUnknown
from ilpes_lms.certificates.models import CertificateTemplate
from ilpes_lms.core import files
from ilpes_lms.web import access
from ilpes_lms.web.api import PREFIX
from ilpes_lms.web.idempotency import idempotent
from ilpes_lms.web.security import largest_body
from ilpes_lms.web.versions import seen_version, tagged

api = APIBlueprint("api_certificate_templates", __name__, url_prefix=PREFIX, tag="Certificates")
_DIGITS = 6
_LARGEST = 2 * 1024 * 1024


@api.get("/certificate-templates")
@access.requires("certificates.issue")
@api.output(schemas.CertificateTemplatesOut)
def templates() -> schemas.CertificateTemplatesOut:
    """List the templates that one may see."""
    found = template_queries.templates(access.principal().divisions)
    return schemas.CertificateTemplatesOut(items=[schemas.CertificateTemplateOut.of(one) for one in found])


@api.post("/certificate-templates")
@access.requires("certificates.issue")
@idempotent
@api.input(schemas.NewCertificateTemplateIn)
@api.output(schemas.CertificateTemplateOut, status_code=201)
def create(json_data: schemas.NewCertificateTemplateIn) -> schemas.CertificateTemplateOut:
    """Begin a template, as a copy of another one or with the institute's own words."""
    made = service.create(**json_data.model_dump(), divisions=access.principal().divisions)
    return schemas.CertificateTemplateOut.of(made)


@api.get("/certificate-templates/<template_ref>")
@access.requires("certificates.issue")
@api.output(schemas.CertificateTemplateOut)
def template(template_ref: str) -> Response:
    """Get a template with its draft; the ETag is the draft's version, which a change must name."""
    return _tagged(_found(template_ref))


@api.put("/certificate-templates/<template_ref>/name")
@access.requires("certificates.issue")
@api.input(schemas.CertificateTemplateNameIn)
@api.output(schemas.CertificateTemplateOut)
def rename(template_ref: str, json_data: schemas.CertificateTemplateNameIn) -> Response:
    """Let a template be called otherwise."""
    return _tagged(service.rename(ref=template_ref, name=json_data.name, divisions=access.principal().divisions))


@api.delete("/certificate-templates/<template_ref>")
@access.requires("certificates.issue")
@api.output({}, status_code=204)
def remove(template_ref: str) -> tuple[str, int]:
    """Remove a template that nothing was made of, no activity chose and that is not the usual one."""
    service.remove(ref=template_ref, divisions=access.principal().divisions)
    return "", 204


@api.put("/certificate-templates/<template_ref>/draft")
@access.requires("certificates.issue")
@api.input(schemas.CertificateTemplateDesign)
@api.output(schemas.CertificateTemplateOut)
def change_draft(template_ref: str, json_data: schemas.CertificateTemplateDesign) -> Response:
    """Let the draft be another; If-Match names the version that was seen."""
    return _tagged(
        service.change_draft(
            ref=template_ref, version=seen_version(), design=json_data.design(), divisions=access.principal().divisions
        )
    )


@api.post("/certificate-templates/<template_ref>/versions")
@access.requires("certificates.issue")
@idempotent
@api.output(schemas.CertificateTemplateVersionOut, status_code=201)
def publish(template_ref: str) -> schemas.CertificateTemplateVersionOut:
    """Publish the draft as a new version; If-Match names the version of the draft that was seen."""
    made = service.publish(ref=template_ref, version=seen_version(), divisions=access.principal().divisions)
    return schemas.CertificateTemplateVersionOut.of(made)


@api.get("/certificate-templates/<template_ref>/versions/<number>")
@access.requires("certificates.issue")
@api.output(schemas.CertificateTemplateVersionOut)
def version(template_ref: str, number: str) -> schemas.CertificateTemplateVersionOut:
    """Get a version as it was published."""
    return schemas.CertificateTemplateVersionOut.of(
        template_queries.version(
            _found(template_ref).id, int(number) if number.isdecimal() and len(number) <= _DIGITS else 0
        )
    )


@api.post("/certificate-templates/<template_ref>/previews")
@access.requires("certificates.issue")
@api.input(schemas.CertificatePreviewIn)
@api.output({}, content_type="image/png", description="The certificate of nobody as a picture")
def preview(template_ref: str, json_data: schemas.CertificatePreviewIn) -> Response:
    """Look at the draft, or at a design that is not saved, as a certificate of nobody."""
    design = json_data.design.design() if json_data.design else draft_of(_found(template_ref))
    check(design)
    if design.images - template_queries.images_known(design.images):
        raise PictureUnknown(field="design")
    service.count_preview(access.principal().public_id)
    shown = specimen.content_of(design, json_data.kind, json_data.language, long=json_data.long)
    return Response(specimen.picture_of(shown), content_type="image/png")


@api.put("/certificate-templates/<template_ref>/usual")
@access.requires("certificates.issue")
@api.output(schemas.CertificateTemplateOut)
def make_usual(template_ref: str) -> Response:
    """Let a template stand where activities of its division have none of their own."""
    return _tagged(service.make_usual(ref=template_ref, usual=True, divisions=access.principal().divisions))


@api.delete("/certificate-templates/<template_ref>/usual")
@access.requires("certificates.issue")
@api.output(schemas.CertificateTemplateOut)
def make_unusual(template_ref: str) -> Response:
    """Let a template be the usual one no longer."""
    return _tagged(service.make_usual(ref=template_ref, usual=False, divisions=access.principal().divisions))


@api.put("/certificate-templates/<template_ref>/retirement")
@access.requires("certificates.issue")
@api.output(schemas.CertificateTemplateOut)
def retire(template_ref: str) -> Response:
    """Let no certificate be made of a template from now on; those asked for stay as they are."""
    return _tagged(service.retire(ref=template_ref, divisions=access.principal().divisions))


@api.delete("/certificate-templates/<template_ref>/retirement")
@access.requires("certificates.issue")
@api.output(schemas.CertificateTemplateOut)
def restore(template_ref: str) -> Response:
    """Bring a retired template back."""
    return _tagged(service.restore(ref=template_ref, divisions=access.principal().divisions))


@api.post("/certificate-pictures")
@access.requires("certificates.issue")
@largest_body(_LARGEST)
@idempotent
@api.output(schemas.CertificatePictureOut, status_code=201)
@api.doc(description="A form with one part `file`: a PNG or SVG picture of up to 300 kB. Its key names it in designs.")
def add_picture() -> schemas.CertificatePictureOut:
    """Send a logo or the picture of a signature."""
    if (sent := request.files.get("file")) is None:
        raise PictureUnknown(field="file")
    return schemas.CertificatePictureOut.model_validate(service.keep_image(sent=sent.read(), field="file"))


@api.get("/certificate-pictures/<key>")
@access.requires("certificates.issue")
@api.output({}, content_type="image/*", description="The picture as it is kept")
def picture(key: str) -> Response:
    """Get a picture that was sent."""
    found = template_queries.image(key)
    return Response(files.fetch(found.key), content_type=found.media_type)


@api.get("/activities/<activity_ref>/certificate-template")
@access.requires("certificates.issue")
@api.output(schemas.CertificateTemplateInForceOut)
def in_force(activity_ref: str) -> schemas.CertificateTemplateInForceOut:
    """Say what an activity's certificates are made of now."""
    return _in_force(activity_ref)


@api.put("/activities/<activity_ref>/certificate-template")
@access.requires("certificates.issue")
@api.input(schemas.CertificateTemplateChoiceIn)
@api.output(schemas.CertificateTemplateInForceOut)
def choose(activity_ref: str, json_data: schemas.CertificateTemplateChoiceIn) -> schemas.CertificateTemplateInForceOut:
    """Choose what an activity's certificates are made of; those that are asked for already stay."""
    mine = access.principal().divisions
    service.choose(activity_ref=activity_ref, ref=json_data.template, divisions=mine)
    return _in_force(activity_ref)


@api.delete("/activities/<activity_ref>/certificate-template")
@access.requires("certificates.issue")
@api.output(schemas.CertificateTemplateInForceOut)
def choose_none(activity_ref: str) -> schemas.CertificateTemplateInForceOut:
    """Let an activity's certificates be made of the usual template."""
    service.choose(activity_ref=activity_ref, ref="", divisions=access.principal().divisions)
    return _in_force(activity_ref)


def _found(ref: str) -> CertificateTemplate:
    return template_queries.template(ref, access.principal().divisions)


def _tagged(found: CertificateTemplate) -> Response:
    return tagged(jsonify(schemas.CertificateTemplateOut.of(found).model_dump(mode="json")), found.draft_version)


def _in_force(activity_ref: str) -> schemas.CertificateTemplateInForceOut:
    activity = managed_outline(activity_ref, access.principal().divisions)
    return schemas.CertificateTemplateInForceOut.of(template_queries.in_force(activity))
