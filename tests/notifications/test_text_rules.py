"""How a text that people write becomes a message: filled, never executed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.notifications.placeholders import ACTIVITY, CONTACT, LINK, NAME, POSITION, WHEN, Placeholder
from ilpes_lms.notifications.texts import errors, rules
from ilpes_lms.notifications.texts.rules import Block, Span, Value, Words

KNOWN = (NAME, ACTIVITY, WHEN, LINK, CONTACT)
VALUES = {
    "name": Value("Ana"), "activity": Value("Planning"), "when": Value("Dates: May\nPlace: Lima"),
    "link": Value("https://ilpes.org/my/1", "link", "Open"), "contact": Value(""), "text": Value("", "prose"),
}  # fmt: skip


def filled(body: str, **more: Value) -> str:
    return rules.as_text(rules.blocks_of(body, VALUES | more))


def test_a_line_whose_placeholder_has_no_value_is_left_out() -> None:
    assert filled("Hello, {name}:\n\nWrite to {contact}\nUntil then.\n\nAsk {contact}") == "Hello, Ana:\n\nUntil then."


def test_a_value_of_several_lines_stands_in_several_where_it_stands_alone_and_in_one_within_a_line() -> None:
    assert filled("{when}") == "Dates: May\nPlace: Lima"
    assert filled("When: {when}.") == "When: Dates: May Place: Lima."


def test_a_link_alone_in_its_line_is_a_button_and_within_a_line_an_address() -> None:
    button, line = rules.blocks_of("{link}\n\nSee {link}.", VALUES)
    assert button == Block("button", ((Span("https://ilpes.org/my/1", link=True),),), "Open")
    assert line.lines == ((Span("See "), Span("https://ilpes.org/my/1", link=True), Span(".")),)


def test_lists_and_stress_are_read_and_a_stress_without_end_is_none() -> None:
    paragraph, items = rules.blocks_of("Bring **two things**:\n- an idea\n- a ** question", VALUES)
    assert paragraph.lines == ((Span("Bring "), Span("two things", strong=True), Span(":")),)
    assert items == Block("list", ((Span("an idea"),), (Span("a ** question"),)))
    assert rules.as_text([paragraph, items]) == "Bring two things:\n\n- an idea\n- a ** question"


@pytest.mark.parametrize("name", ["**Ana**", "- Ana", "{activity}", "{{ 7 * 7 }}", "{% for x in y %}", "<b>Ana</b>"])
def test_what_a_value_holds_is_words(name: str) -> None:
    assert filled("{name}", name=Value(name)) == name
    (block,) = rules.blocks_of("Hello, {name}", VALUES | {"name": Value(name)})
    assert block.lines == ((Span("Hello, "), Span(name)),)


def test_an_address_in_a_name_is_no_link_but_one_that_staff_wrote_is() -> None:
    (words,) = rules.blocks_of("{name}", VALUES | {"name": Value("https://evil.example")})
    assert words.lines == ((Span("https://evil.example"),),)
    (prose,) = rules.blocks_of("{text}", VALUES | {"text": Value("Read https://cepal.org.", "prose")})
    assert prose.lines == ((Span("Read "), Span("https://cepal.org", link=True), Span(".")),)


def test_what_staff_wrote_in_several_paragraphs_stays_so() -> None:
    assert filled("Luis writes:\n\n{text}\n\nBye", text=Value("One.\n\nTwo,\nthree.", "prose")) == (
        "Luis writes:\n\nOne.\n\nTwo,\nthree.\n\nBye"
    )


def test_a_text_of_its_own_keeps_its_lists_and_buttons_where_it_stands_alone() -> None:
    blocks = tuple(rules.blocks_of("**Bring**:\n- an idea\n\n{link}", VALUES))
    text = Value(rules.as_text(blocks), "prose", blocks=blocks)
    assert tuple(rules.blocks_of("Hello\n\n{text}\n\nBye", VALUES | {"text": text})[1:-1]) == blocks
    assert filled("It says: {text}", text=text) == "It says: Bring: - an idea https://ilpes.org/my/1"


@pytest.mark.parametrize(
    ("words", "error", "field"),
    [
        (Words("", "x {link}"), errors.SubjectNeeded, "subject"),
        (Words("x", " \n"), errors.BodyNeeded, "body"),
        (Words("x\ny", "{link}"), errors.SubjectOfLines, "subject"),
        (Words("x" * 151, "{link}"), errors.TextTooLong, "subject"),
        (Words("x", "{link}" + "x" * 5000), errors.TextTooLong, "body"),
        (Words("x", "{link} {nombre}"), errors.UnknownPlaceholder, "body"),
        (Words("{x.__class__}", "{link}"), errors.UnknownPlaceholder, "subject"),
        (Words("x", "{link} {{ config }}"), errors.UnknownPlaceholder, "body"),
        (Words("x", "{link} {% include '/etc/passwd' %}"), errors.UnknownPlaceholder, "body"),
        (Words("x", "{ link }"), errors.UnknownPlaceholder, "body"),
        (Words("x", "Hello, {name}"), errors.PlaceholderNeeded, "body"),
        (Words("{link}", "{link}"), errors.LinkInSubject, "subject"),
    ],
)
def test_a_text_that_would_not_do_is_refused_beside_its_field(words: Words, error: type, field: str) -> None:
    with pytest.raises(error) as refused:
        rules.check(words, KNOWN)
    assert refused.value.field == field


def test_an_unknown_placeholder_is_refused_with_those_that_can_be_used() -> None:
    with pytest.raises(errors.UnknownPlaceholder) as refused:
        rules.check(Words("x", "{link} {title}"), (NAME, LINK))
    assert refused.value.params == {"unknown": "{title}", "known": "{name}, {link}"}


def test_a_text_fits_only_with_all_its_placeholders() -> None:
    assert rules.fits(Words("{activity}", "{name}"), VALUES)
    assert not rules.fits(Words("{activity}", "{gone}"), VALUES)


@given(st.text(), st.text(), st.text())
def test_whatever_is_written_either_is_refused_or_fills_without_a_fault(body: str, name: str, link: str) -> None:
    words = Words("About {activity}", body + "\n{link}")
    values = VALUES | {"name": Value(name), "link": Value(link, "link", "Open")}
    try:
        rules.check(words, KNOWN)
    except errors.UnknownPlaceholder:
        return
    except errors.TextTooLong:
        return
    assert rules.filled_subject(words.subject, values) == "About Planning"
    blocks = rules.blocks_of(words.body, values)
    assert all(block.lines and all(block.lines) for block in blocks)
    assert isinstance(rules.as_text(blocks), str)


def test_a_placeholder_says_how_it_stands_in_a_text_and_whence_its_value_comes() -> None:
    assert (ACTIVITY.marker, ACTIVITY.source, POSITION.source) == ("{activity}", "title", "position")
    assert Placeholder("a", "b", "c").form == "words"


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        ("Hola, {name}:\n\nTexto.", "Texto."),
        ("Bonjour {name},\n\nTexte.", "Texte."),
        ("{greeting}\n\nTexto.", "Texto."),
        ("Hola, {name}:", "Hola, {name}:"),
        ("{name} ha obtenido una plaza.\n\nTexto.", "{name} ha obtenido una plaza.\n\nTexto."),
        ("Texto.\n\nHola, {name}:", "Texto.\n\nHola, {name}:"),
    ],
)
def test_among_others_a_text_stands_without_its_greeting(body: str, rest: str) -> None:
    assert rules.without_greeting(body) == rest
