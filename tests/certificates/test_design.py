"""What a template may say, and what becomes of it in a certificate."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.certificates import design as designs
from ilpes_lms.certificates import errors, placeholders
from ilpes_lms.certificates.composition import dressed
from ilpes_lms.certificates.design import KINDS, LANGUAGES, Design, Logo, Signing, Words
from ilpes_lms.certificates.document import CertificateContent, Picture, Signatory, render
from ilpes_lms.certificates.wording import WORDINGS
from ilpes_lms.core.errors import DomainError
from tests.certificates.test_document import LONG_NAME, LONG_TITLE, PLAIN, lines, opened, runs, structure, text_of
from tests.factories.pictures import DRAWING, SCRIBBLE, png

BEFORE, AFTER = date(2019, 12, 31), date(2020, 1, 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_words_of_its_own_a_design_says_what_the_code_has(kind: Any, language: Any) -> None:
    plain = replace(PLAIN, kind=kind, language=language, signatories=())
    assert text_of(render(dressed(plain, Design()))) == text_of(render(plain))


def test_places_are_filled_once_and_what_people_wrote_stays_as_it_is() -> None:
    design = Design({("participation", "es"): Words(deed="participó en {activity}, de {dates},", closing="{name}")})
    said = dressed(replace(PLAIN, holder="{grade} #read {name}"), design)
    assert said.deed == f"participó en {PLAIN.title}, de {PLAIN.dates},"
    assert said.closing == ("{grade} #read {name}",)


def test_a_sentence_is_left_out_where_a_value_is_not_known() -> None:
    words = Words(closing="Nota {grade}.\nEn {place}.\n\nObtuvo {hours_earned}.")
    said = dressed(PLAIN, Design({("participation", "es"): words}))
    assert said.closing == ("En Santiago, Chile.",)
    said = dressed(replace(PLAIN, grade="87/100", place=""), Design({("participation", "es"): words}))
    assert said.closing == ("Nota 87/100.",)


@pytest.mark.parametrize(
    ("words", "refusal", "field"),
    [
        (Words(heading="{nombre}"), errors.PlaceholderUnknown, "heading"),
        (Words(closing="{name.__class__}"), errors.PlaceholderUnknown, "closing"),
        (Words(closing="{name!r}"), errors.PlaceholderUnknown, "closing"),
        (Words(opening="{"), errors.PlaceholderUnknown, "opening"),
        (Words(opening="a } b"), errors.PlaceholderUnknown, "opening"),
        (Words(closing="{{name}}"), errors.PlaceholderUnknown, "closing"),
        (Words(deed="con nota {grade}"), errors.PlaceholderNotAlwaysKnown, "deed"),
        (Words(heading="修了証"), errors.GlyphMissing, "heading"),
        (Words(closing="a\x07"), errors.GlyphMissing, "closing"),
        (Words(heading="a" * 81), errors.TemplateTextTooLong, "heading"),
        (Words(closing="a\n" * 5), errors.TooManySentences, "closing"),
    ],
)
def test_words_that_could_not_be_printed_are_refused_beside_their_field(
    words: Words, refusal: type[DomainError], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        designs.check(Design({("completion", "pt"): words}))
    assert refused.value.field == field


def test_the_refusal_of_an_unknown_placeholder_names_all_that_are_known() -> None:
    with pytest.raises(errors.PlaceholderUnknown) as refused:
        placeholders.check("{nombre}", field="heading", may_be_left_out=False)
    assert all(f"{{{name}}}" in str(refused.value) for name in placeholders.PLACEHOLDERS)


@pytest.mark.parametrize(
    ("design", "refusal"),
    [
        (Design(signatories=(Signing(" "),)), errors.SignatoryNameMissing),
        (Design(signatories=(Signing("Ana", since=AFTER, until=BEFORE),)), errors.OfficeEndsBeforeItBegins),
        (Design(signatories=(Signing("Ana"),) * 4), errors.TooManySignatories),
        (Design(signatories=(*(Signing("Ana"),) * 3, Signing("Eva", since=AFTER))), errors.TooManySignatories),
        (Design(signatories=(Signing("山田"),)), errors.GlyphMissing),
        (Design(logos=(Logo("k", {"es": ""}),)), errors.PictureNotDescribed),
        (Design(logos=(Logo("k", {"es": "a"}),) * 5), errors.TooManyLogos),
    ],
)
def test_a_design_that_could_not_be_meant_is_refused(design: Design, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        designs.check(design)


def test_who_signs_is_who_is_in_office_on_the_day_of_issue() -> None:
    old, new = (
        Signing("Clara", {"es": "Directora"}, since=date(2019, 2, 1), until=BEFORE),
        Signing("Ana", {"en": "Director"}, since=AFTER),
    )
    design = Design(signatories=(*(old,) * 3, new, Signing("Eva", until=date(2019, 1, 1))))
    designs.check(design)
    assert [one.name for one in dressed(replace(PLAIN, issued_on=AFTER), design).signatories] == ["Ana"]
    assert dressed(replace(PLAIN, issued_on=AFTER), design).signatories[0].title == "Director"
    assert [one.name for one in dressed(replace(PLAIN, issued_on=BEFORE), design).signatories] == ["Clara"] * 3


texts = st.text(st.characters(codec="latin-1", categories=("L", "N", "P", "Zs")), max_size=20)
words = st.builds(Words, texts, texts, texts, texts)
days = st.none() | st.dates(date(2000, 1, 1), date(2040, 1, 1))
spoken = st.dictionaries(st.sampled_from(LANGUAGES), texts)
built = st.builds(
    Design,
    st.dictionaries(
        st.tuples(st.sampled_from(KINDS), st.sampled_from(LANGUAGES)), words.filter(lambda w: w != Words())
    ),
    st.just(("dates", "grade")),
    st.lists(st.builds(Logo, texts, spoken), max_size=3).map(tuple),
    st.lists(st.builds(Signing, texts, spoken, texts, days, days), max_size=3).map(tuple),
)


@given(built)
def test_a_record_of_a_design_gives_the_same_design(design: Design) -> None:
    assert Design.from_record(design.as_record()) == design
    assert designs.differences(design, design, lambda kind, language: kind + language) == []


def content_with(signatories: int, logos: int, **changes: Any) -> CertificateContent:
    """Return a certificate with so many who sign and so many logos."""
    title = "Coordinadora de la División de Desarrollo Sostenible y Asentamientos Humanos"
    signing = [
        Signatory("Bruno Ficticio de la Torre Alta", title, Picture("s", "", SCRIBBLE)) for _ in range(signatories)
    ]
    pictures = [Picture("l", f"Logotipo {n}", (DRAWING, png(40, 40), png(90, 12))[n % 3]) for n in range(logos)]
    plain: dict[str, Any] = {"signatories": tuple(signing), "logos": tuple(pictures), "closing": ("Una frase final.",)}
    return replace(PLAIN, **(plain | changes))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("signatories", "logos"), [(0, 0), (1, 1), (2, 4), (3, 2)])
def test_the_longest_texts_stay_on_one_page_and_apart_whoever_signs(
    signatories: int, logos: int, language: Any
) -> None:
    content = content_with(
        signatories, logos, holder=LONG_NAME, title=LONG_TITLE, language=language, closing=("Frase final larga. " * 12,)
    )
    pdf = render(content, for_trials=True)
    text = text_of(pdf)
    assert content.holder in text
    assert content.title in text
    assert " ".join(WORDINGS[language].for_trials.split()) in text
    placed = runs(pdf)
    assert all(73 < run.x < 842 - 73 and 45 < run.y < 595 - 40 for run in placed)
    middle = lines(placed, until=WORDINGS[language].issued.format("").strip()[:12])
    for upper, lower in pairwise(middle):
        assert upper.y - lower.y >= 0.2 * upper.size + 0.7 * lower.size, (upper, lower)


def test_logos_and_signatures_are_figures_with_their_words_and_all_claims_hold() -> None:
    document = opened(render(content_with(2, 2)))
    alts = [str(element.Alt) for element in structure(document) if element.S == "/Figure"]
    assert alts[:2] == ["Logotipo 0", "Logotipo 1"]
    assert alts.count("Firma de Bruno Ficticio de la Torre Alta") == 2
    assert str(document.Root.Lang) == "es"
    with document.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


def test_the_same_content_with_pictures_gives_the_same_bytes_and_no_bytes_go_to_the_record() -> None:
    content = content_with(2, 2)
    assert render(content) == render(content)
    record = content.as_record()
    assert "content" not in record["logos"][0] | record["signatories"][0]["signature"]
    kept = CertificateContent.from_record(record)
    assert [one.key for one in kept.pictures] == ["l", "l", "s", "s"]


def test_what_an_older_or_a_newer_release_wrote_is_read() -> None:
    record = PLAIN.as_record()
    for name in ("hours_earned", "closing", "shown", "logos", "signatories", "heading", "template"):
        del record[name]
    assert CertificateContent.from_record(record | {"signatory_name": "", "later": 1}) == replace(PLAIN, signatories=())
