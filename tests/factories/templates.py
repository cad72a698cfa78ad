"""Templates of certificates for tests; to be called inside an app context."""

from datetime import date

from ilpes_lms.certificates.design import Design, Logo, Signing, Words
from ilpes_lms.certificates.designing import service
from ilpes_lms.certificates.models import CertificateTemplate
from tests.factories.pictures import DRAWING, SCRIBBLE

EVERYWHERE: frozenset[str] = frozenset()
CLOSING = "Obtuvo {hours_earned} de las {hours_planned} previstas.\nNota: {grade}."


def make_design(**changes: object) -> Design:
    """Return a design with words of its own in Spanish, a logo, and two who sign."""
    logo, signature = (service.keep_image(sent=sent).key for sent in (DRAWING, SCRIBBLE))
    words = Words(
        "Diploma de finalización", "Por la presente se certifica que", "completó, {modality}, la actividad", CLOSING
    )
    plain: dict[str, object] = {
        "words": {("completion", "es"): words},
        "shown": ("dates", "hours", "earned", "outcome"),
        "logos": (Logo(logo, {"es": "Logotipo del programa", "en": "Logo of the programme"}),),
        "signatories": (
            Signing("Ana Muestra", {"es": "Directora", "en": "Director"}, signature, since=date(2020, 1, 1)),
            Signing("Bruno Ejemplo", {"es": "Jefe de Capacitación"}),
            Signing("Clara Anterior", {"es": "Directora"}, until=date(2019, 12, 31)),
        ),
    }
    return Design(**(plain | changes))  # type: ignore[arg-type]


def make_template(
    name: str = "Plantilla de prueba", division: str = "", *, usual: bool = False, design: Design | None = None
) -> CertificateTemplate:
    """Add a template with one published version."""
    made = service.create(name=name, division=division, like="", divisions=EVERYWHERE)
    made = service.change_draft(ref=made.public_id, version=1, design=design or make_design(), divisions=EVERYWHERE)
    service.publish(ref=made.public_id, version=2, divisions=EVERYWHERE)
    return service.make_usual(ref=made.public_id, usual=usual, divisions=EVERYWHERE)
