"""Every message the system sends, in every language: text and HTML of one source."""

import re

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.notifications import kinds, rendering
from ilpes_lms.notifications.texts import rules
from ilpes_lms.web.i18n import LANGUAGES

# What the rooms of this test itself register has no placeholders.
OF_CODE = ("test.",)


def editable() -> list[kinds.Kind]:
    return [kind for kind in kinds.all_kinds() if not kind.name.startswith(OF_CODE)]


def test_every_message_has_placeholders_by_which_it_can_be_edited(context: APIFlask) -> None:
    assert [kind.name for kind in editable() if not kind.placeholders] == []
    assert [kind.name for kind in editable() if not kind.label] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_original_of_every_message_passes_its_own_check(context: APIFlask, language: str) -> None:
    for kind in editable():
        rules.check(rendering.original(kind, language), kind.placeholders)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_shown_with_values_made_up(context: APIFlask, language: str) -> None:
    for kind in editable():
        draft = rendering.example(kind, rendering.original(kind, language), language=language)
        assert not re.search(r"[{}]", draft.subject + draft.text), kind.name
        assert f'lang="{language}"' in draft.html
        # Nothing is fetched: what is not there when images are blocked does not exist.
        assert not re.search(r"<(img|script|link|iframe)|url\(", draft.html), kind.name


def test_in_french_no_line_ends_before_a_mark_or_within_its_guillemets(context: APIFlask) -> None:
    for kind in editable():
        draft = rendering.example(kind, rendering.original(kind, "fr"), language="fr")
        assert not re.search(r" [:;?!»%]|« ", draft.text), kind.name
    assert any("«\u00a0{activity}\u00a0»" in rendering.original(kind, "fr").body for kind in editable())


def test_text_and_html_say_the_same(context: APIFlask) -> None:
    for kind in editable():
        draft = rendering.example(kind, rendering.original(kind, "en"), language="en")
        shown = re.sub(r"<[^>]+>", " ", draft.html.split("mail-sheet")[-1])
        for line in draft.text.splitlines()[2:]:
            for word in line.split():
                if word.isalpha():
                    assert word in shown, (kind.name, word)


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))), st.integers(0, 60))
def test_a_flowed_text_is_the_same_once_its_lines_are_joined(piece: str, times: int) -> None:
    text = "\n\n".join([" ".join((piece + "a").split() * times), "From here", "> quoted", "-- ", "end"])
    flowed = rendering.flowed(text)
    joined = re.sub(r"(?m)^ ", "", re.sub(r"(?m)(?<!^--) \n", " ", flowed))
    assert joined.split() == text.split()
    longest = max((len(word) for word in text.split()), default=0)
    assert all(len(line) <= max(74, longest + 2) for line in flowed.splitlines())


def test_trust_35_a_header_takes_a_subject_in_one_line() -> None:
    assert rendering.one_line("a\r\nBcc: x\tb") == "a Bcc: x b"
