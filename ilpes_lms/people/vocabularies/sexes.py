"""The sex a person states, women before men as in the published tables; not stating it is an answer of its own."""

from ilpes_lms.people.vocabularies.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load("sexes")
CODES = VOCABULARY.codes
label = VOCABULARY.label
is_code = VOCABULARY.is_code
choices = VOCABULARY.choices
