"""The sector a person works in."""

from ilpes_lms.people.vocabularies.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load("sectors")
CODES = VOCABULARY.codes
label = VOCABULARY.label
is_code = VOCABULARY.is_code
choices = VOCABULARY.choices
