"""What courses are about."""

from ilpes_lms.people.vocabularies.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load("topics")
CODES = VOCABULARY.codes
label = VOCABULARY.label
is_code = VOCABULARY.is_code
choices = VOCABULARY.choices
