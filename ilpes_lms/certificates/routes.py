"""Certificates as JSON: the public check, one's own, an activity's, the bulk issue and the end of one."""

from flask import Response, request

from ilpes_lms.catalogue.queries import managed_activity
from ilpes_lms.certificates import queries, rules, schemas, service
from ilpes_lms.certificates import transcript as transcripts
from ilpes_lms.certificates.errors import CertificateFileMissing, UnknownCertificate, UnknownCertificateFile
from ilpes_lms.certificates.queries import Viewer
from ilpes_lms.core import files
from ilpes_lms.web import access
from ilpes_lms.web.api import blueprint
from ilpes_lms.web.idempotency import idempotent
from ilpes_lms.web.security import largest_body

api = blueprint("certificates")


@api.get("/certificates/<code>")
@access.public
@api.output(schemas.CheckOut)
def check(code: str) -> schemas.CheckOut:
    """Check a certificate; case, spaces and dashes of the code do not matter."""
    found = service.check(code, caller=request.remote_addr or "")
    if found.certificate is None:
        raise UnknownCertificate
    return schemas.CheckOut.of(found, found.certificate)


@api.post("/certificates/check")
@access.public
@largest_body(rules.LARGEST_FILE)
@api.output(schemas.CheckOut)
@api.doc(description="A form with one part `file`: the certificate's PDF, which is compared by its hash and not kept.")
def check_file() -> schemas.CheckOut:
    """Check a certificate by its file: it is found when it is, byte for byte, as issued."""
    sent = request.files.get("file")
    if sent is None:
        raise CertificateFileMissing(field="file")
    found = service.check_file(sent.stream, caller=request.remote_addr or "")
    if found.certificate is None:
        raise UnknownCertificateFile
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


@api.get("/certificates/<code>/file")
@access.signed_in
@api.output({}, content_type="application/pdf", description="The PDF as issued")
def file(code: str) -> Response:
    """Get the file of one's own certificate, or as a coordinator of one of an activity one manages."""
    who = access.principal()
    viewer = Viewer(who.person_id, coordinates=who.may("certificates.issue"), divisions=who.divisions)
    found = service.hand_out(code=code, viewer=viewer)
    response = Response(files.fetch(found.file_key or ""), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.serial}.pdf"'
    return response


@api.get("/activities/<activity_ref>/certificates")
@access.requires("certificates.issue")
@api.input(schemas.ActivityCertificatesQuery, location="query")
@api.output(schemas.ActivityCertificatesOut)
def of_activity(activity_ref: str, query_data: schemas.ActivityCertificatesQuery) -> schemas.ActivityCertificatesOut:
    """List an activity's certificates with their states, and its participants who have none."""
    activity = managed_activity(activity_ref, access.principal().divisions)
    page = queries.of_activity(activity_ref, cursor=query_data.cursor, size=query_data.limit)
    return schemas.ActivityCertificatesOut.of(page, queries.progress(activity_ref), queries.candidates(activity))


@api.post("/activities/<activity_ref>/certificates")
@access.requires("certificates.issue")
@idempotent
@api.output(schemas.IssueOut, status_code=202)
def issue(activity_ref: str) -> schemas.IssueOut:
    """Ask for a certificate for everyone who completed an activity and has none."""
    managed_activity(activity_ref, access.principal().divisions)
    queued = service.issue(activity_ref=activity_ref)
    return schemas.IssueOut(queued=queued, states=dict(queries.progress(activity_ref)))


@api.post("/certificates/<code>/revocations")
@access.requires("certificates.issue")
@idempotent
@api.input(schemas.RevocationIn)
@api.output(schemas.ManagedCertificateOut, status_code=201)
def revoke(code: str, json_data: schemas.RevocationIn) -> schemas.ManagedCertificateOut:
    """End a certificate for good; whoever checks it learns so, but not why."""
    queries.managed(code, access.principal().divisions)
    return schemas.ManagedCertificateOut.of(service.revoke(code=code, reason=json_data.reason))


@api.post("/certificates/<code>/reissue")
@access.requires("certificates.issue")
@idempotent
@api.input(schemas.ReissueIn)
@api.output(schemas.ReissueOut, status_code=202)
def reissue(code: str, json_data: schemas.ReissueIn) -> schemas.ReissueOut:
    """Ask for another certificate in the place of one, with the name and the activity as they are now."""
    queries.managed(code, access.principal().divisions)
    return schemas.ReissueOut.model_validate(service.reissue(code=code, reason=json_data.reason))


@api.post("/me/certificates/<code>/language")
@access.signed_in
@idempotent
@api.input(schemas.LanguageIn)
@api.output(schemas.ReissueOut, status_code=202)
def translate(code: str, json_data: schemas.LanguageIn) -> schemas.ReissueOut:
    """Ask for one's own certificate in another language, in the place of the one there is."""
    person_id = access.principal().person_id or 0
    found = service.translate(code=code, person_id=person_id, language=json_data.language)
    return schemas.ReissueOut.model_validate(found)


@api.get("/me/transcript")
@access.signed_in
@api.output(schemas.TranscriptOut)
def transcript() -> schemas.TranscriptOut:
    """Add up one's valid certificates by year."""
    years = transcripts.of_person(access.principal().person_id or 0)
    file = "/my/certificates/transcript.pdf"
    return schemas.TranscriptOut(years=[schemas.TranscriptYearOut.of(found) for found in years], file=file)


@api.get("/activities/<activity_ref>/certificates/candidates")
@access.requires("certificates.issue")
@api.output(schemas.CandidatesOut)
def candidates(activity_ref: str) -> schemas.CandidatesOut:
    """List who gets a certificate when they are issued now, and who does not, with the reasons."""
    found = queries.candidates(managed_activity(activity_ref, access.principal().divisions))
    return schemas.CandidatesOut(items=[schemas.CandidateOut.of(candidate) for candidate in found])


@api.get("/activities/<activity_ref>/certificates/progress")
@access.requires("certificates.issue")
@api.output(schemas.ProgressOut)
def progress(activity_ref: str) -> schemas.ProgressOut:
    """Say how far the making of an activity's certificates has come."""
    return _progress(activity_ref)


@api.put("/activities/<activity_ref>/certificates/pause")
@access.requires("certificates.issue")
@api.output(schemas.ProgressOut)
def pause(activity_ref: str) -> schemas.ProgressOut:
    """Hold back what is not made yet."""
    managed_activity(activity_ref, access.principal().divisions)
    service.pause(activity_ref=activity_ref)
    return _progress(activity_ref)


@api.delete("/activities/<activity_ref>/certificates/pause")
@access.requires("certificates.issue")
@api.output(schemas.ProgressOut)
def resume(activity_ref: str) -> schemas.ProgressOut:
    """Let go on what was held back."""
    managed_activity(activity_ref, access.principal().divisions)
    service.resume(activity_ref=activity_ref)
    return _progress(activity_ref)


def _progress(activity_ref: str) -> schemas.ProgressOut:
    ref = managed_activity(activity_ref, access.principal().divisions).public_id
    return schemas.ProgressOut(states=dict(queries.progress(ref)), paused_since=queries.paused_since(ref))
