"""Certificates as JSON: the public check, one's own, and the bulk issue."""

from ilpes_lms.catalogue.queries import managed_activity
from ilpes_lms.certificates import queries, schemas, service
from ilpes_lms.certificates.errors import UnknownCertificate
from ilpes_lms.web import access
from ilpes_lms.web.api import blueprint
from ilpes_lms.web.idempotency import idempotent

api = blueprint("certificates")


@api.get("/certificates/<code>")
@access.public
@api.output(schemas.CheckOut)
def check(code: str) -> schemas.CheckOut:
    """Check a certificate; case, spaces and dashes of the code do not matter."""
    found = queries.check(code)
    if found.certificate is None:
        raise UnknownCertificate
    return schemas.CheckOut.of(found, found.certificate)


@api.get("/certificates/keys")
@access.public
@api.output(schemas.SigningCertificatesOut)
def keys() -> schemas.SigningCertificatesOut:
    """List the keys that have signed certificates, with what is needed to check a signature elsewhere."""
    found = queries.signing_certificates()
    return schemas.SigningCertificatesOut(items=[schemas.SigningCertificateOut.model_validate(one) for one in found])


@api.get("/me/certificates")
@access.signed_in
@api.output(schemas.OwnCertificatesOut)
def mine() -> schemas.OwnCertificatesOut:
    """List one's own certificates."""
    found = queries.of_person(access.principal().person_id or 0)
    return schemas.OwnCertificatesOut(items=[schemas.OwnCertificateOut.of(one) for one in found])


@api.post("/activities/<activity_ref>/certificates")
@access.requires("certificates.issue")
@idempotent
@api.output(schemas.IssueOut, status_code=202)
def issue(activity_ref: str) -> schemas.IssueOut:
    """Ask for a certificate for everyone who completed an activity and has none."""
    managed_activity(activity_ref, access.principal().divisions)
    queued = service.issue(activity_ref=activity_ref)
    return schemas.IssueOut(queued=queued, states=dict(queries.progress(activity_ref)))
