"""What a certificate says besides its content, in the four languages: all of its fixed words stand here."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from babel.dates import format_date

Language = Literal["es", "en", "pt", "fr"]
CertificateKind = Literal["participation", "completion"]


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's words. The verbs need no gender: nothing is guessed from a name (law 10)."""

    locale: str
    heading: dict[CertificateKind, str]
    certifies: str
    deed: dict[CertificateKind, str]
    dates: str
    duration: str
    earned: str
    of_planned: str
    place: str
    modality: str
    outcome: str
    outcomes: dict[str, str]
    grade: str
    signature_alt: str
    hour: str
    hours: str
    one_below_two: bool
    decimal_mark: str
    issued: str
    check: str
    qr_alt: str
    serial: str
    code: str
    signature: str
    for_trials: str
    specimen: str

    @property
    def language_tag(self) -> tuple[str, str]:
        """Return the language and the region (or nothing) the document declares."""
        language, _, region = self.locale.partition("_")
        return language, region if len(region) == 2 else ""  # noqa: PLR2004 - es_419 names no country


WORDINGS: dict[Language, Wording] = {
    "es": Wording(
        locale="es_419",
        heading={"participation": "Certificado de participación", "completion": "Certificado de finalización"},
        certifies="Se certifica que",
        deed={
            "participation": "ha participado en la actividad",
            "completion": "ha completado satisfactoriamente la actividad",
        },
        dates="Fecha",
        duration="Duración",
        earned="Horas obtenidas",
        of_planned="{} de {}",
        place="Lugar",
        modality="Modalidad",
        outcome="Resultado",
        outcomes={"completed": "Completado", "not_completed": "No completado"},
        grade="Nota",
        signature_alt="Firma de {}",
        hour="{} hora de capacitación",
        hours="{} horas de capacitación",
        one_below_two=False,
        decimal_mark=",",
        issued="Certificado expedido el {}",
        check="Cualquier persona puede verificar este certificado en",
        qr_alt="Código QR que abre la página de verificación de este certificado, {}",
        serial="Número de serie:",
        code="Código de verificación:",
        signature="Firma digital de {}",
        for_trials="Firmado con una clave de desarrollo: documento de prueba, no certifica nada",
        specimen="Muestra: no certifica nada",
    ),
    "en": Wording(
        locale="en_GB",
        heading={"participation": "Certificate of Participation", "completion": "Certificate of Completion"},
        certifies="This is to certify that",
        deed={"participation": "has participated in", "completion": "has successfully completed"},
        dates="Date",
        duration="Duration",
        earned="Hours earned",
        of_planned="{} of {}",
        place="Place",
        modality="Format",
        outcome="Outcome",
        outcomes={"completed": "Completed", "not_completed": "Not completed"},
        grade="Grade",
        signature_alt="Signature of {}",
        hour="{} hour of training",
        hours="{} hours of training",
        one_below_two=False,
        decimal_mark=".",
        issued="Issued on {}",
        check="Anyone can verify this certificate at",
        qr_alt="QR code that opens the page where this certificate is verified, {}",
        serial="Serial number:",
        code="Verification code:",
        signature="Digital signature of {}",
        for_trials="Signed with a development key: a document for trials, which certifies nothing",
        specimen="Specimen: it certifies nothing",
    ),
    "pt": Wording(
        locale="pt_BR",
        heading={"participation": "Certificado de participação", "completion": "Certificado de conclusão"},
        certifies="Certifica-se que",
        deed={"participation": "participou da atividade", "completion": "concluiu com êxito a atividade"},
        dates="Data",
        duration="Duração",
        earned="Horas obtidas",
        of_planned="{} de {}",
        place="Local",
        modality="Modalidade",
        outcome="Resultado",
        outcomes={"completed": "Concluído", "not_completed": "Não concluído"},
        grade="Nota",
        signature_alt="Assinatura de {}",
        hour="{} hora de capacitação",
        hours="{} horas de capacitação",
        one_below_two=True,
        decimal_mark=",",
        issued="Certificado emitido em {}",
        check="Qualquer pessoa pode verificar este certificado em",
        qr_alt="Código QR que abre a página de verificação deste certificado, {}",
        serial="Número de série:",
        code="Código de verificação:",
        signature="Assinatura digital de {}",
        for_trials="Assinado com uma chave de desenvolvimento: documento de teste, não certifica nada",
        specimen="Amostra: não certifica nada",
    ),
    "fr": Wording(
        locale="fr",
        heading={"participation": "Certificat de participation", "completion": "Certificat d’achèvement"},
        certifies="Il est certifié que",
        deed={
            "participation": "a participé à l’activité",
            "completion": "a achevé avec succès l’activité",
        },
        dates="Date",
        duration="Durée",
        earned="Heures acquises",
        of_planned="{} sur {}",
        place="Lieu",
        modality="Modalité",
        outcome="Résultat",
        outcomes={"completed": "Achevé", "not_completed": "Non achevé"},
        grade="Note",
        signature_alt="Signature de {}",
        hour="{} heure de formation",
        hours="{} heures de formation",
        one_below_two=True,
        decimal_mark=",",
        issued="Certificat délivré le {}",
        check="Toute personne peut vérifier ce certificat à l’adresse",
        qr_alt="Code QR qui ouvre la page de vérification de ce certificat, {}",
        serial="Numéro de série\u00a0:",
        code="Code de vérification\u00a0:",
        signature="Signature numérique de {}",
        for_trials="Signé avec une clé de développement\u00a0: document d’essai, qui ne certifie rien",
        specimen="Spécimen\u00a0: ne certifie rien",
    ),
}

_TWO = 2
# The first of a month is an ordinal in French and in Brazilian Portuguese; CLDR writes a plain 1.
_FIRST_OF_MONTH = {"fr": "1er", "pt_BR": "1º"}


def day_in_words(day: date, wording: Wording) -> str:
    """Return a date as the language writes it out, for example `1er août 2026`."""
    text = format_date(day, "long", locale=wording.locale)
    first = _FIRST_OF_MONTH.get(wording.locale)
    return f"{first}{text[1:]}" if first and day.day == 1 else text


def hours_in_words(hours: Decimal, wording: Wording) -> str:
    """Return a duration with the right number of its noun, without idle zeros: `1,5 heure`, `1,5 horas`."""
    one = hours < _TWO if wording.one_below_two else hours == 1
    return (wording.hour if one else wording.hours).format(number_in_words(hours, wording))


def earned_in_words(earned: Decimal, planned: Decimal, wording: Wording) -> str:
    """Return hours earned told from hours planned: `48 de 60 horas de capacitación`."""
    return wording.of_planned.format(number_in_words(earned, wording), hours_in_words(planned, wording))


def number_in_words(number: Decimal, wording: Wording) -> str:
    """Return a number as the language writes it, without idle zeros."""
    return f"{number.normalize():f}".replace(".", wording.decimal_mark)
