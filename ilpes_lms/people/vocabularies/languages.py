"""The languages of the interface and of delivery."""

from ilpes_lms.people.vocabularies.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load("languages")
CODES = VOCABULARY.codes
label = VOCABULARY.label
is_code = VOCABULARY.is_code
choices = VOCABULARY.choices


def own_name(code: str) -> str:
    """Return what a language calls itself, for the language menu."""
    return label(code, code)
