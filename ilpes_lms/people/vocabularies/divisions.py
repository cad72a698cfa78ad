"""The divisions of ECLAC that organize activities."""

from ilpes_lms.people.vocabularies.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load("divisions")
CODES = VOCABULARY.codes
label = VOCABULARY.label
is_code = VOCABULARY.is_code
choices = VOCABULARY.choices
