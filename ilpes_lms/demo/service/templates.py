"""The template of the demonstration's certificates, with a logo and signatures of nobody."""

from importlib.resources import files

from sqlalchemy import select

from ilpes_lms.certificates.design import KINDS, LANGUAGES, Design, Logo, Signing, Words
from ilpes_lms.certificates.designing import service as template_service
from ilpes_lms.certificates.models import CertificateTemplate
from ilpes_lms.core.database import db
from ilpes_lms.demo.service.begun import EVERYWHERE
from ilpes_lms.demo.service.files import read


def add_template() -> None:
    """Publish a template as the institute's usual one, unless there is one already."""
    if db.session.scalar(select(CertificateTemplate.id).limit(1)) is not None:
        return
    plan = read("programme", "template")
    made = template_service.create(name=plan["name"], division="", like="", divisions=EVERYWHERE)
    changed = template_service.change_draft(
        ref=made.public_id, version=made.draft_version, design=_design(), divisions=EVERYWHERE
    )
    template_service.publish(ref=made.public_id, version=changed.draft_version, divisions=EVERYWHERE)
    template_service.make_usual(ref=made.public_id, usual=True, divisions=EVERYWHERE)


def _design() -> Design:
    plan = read("programme", "template")
    signing = enumerate(plan["signatories"], start=1)
    return Design(
        words={(kind, code): Words(closing=plan["closing"][code]) for kind in KINDS for code in LANGUAGES},
        shown=tuple(plan["shown"]),
        logos=(Logo(_picture("logo"), plan["logo"]),),
        signatories=tuple(Signing(one["name"], one["titles"], _picture(f"signature-{n}")) for n, one in signing),
    )


def _picture(name: str) -> str:
    drawn = (files("ilpes_lms.demo") / "programme" / f"{name}.svg").read_bytes()
    return template_service.keep_image(sent=drawn).key
