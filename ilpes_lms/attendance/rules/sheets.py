"""Sheets to sign: how many lines stay blank for people who are not on the list."""

USUAL_BLANK_LINES = 10
MOST_BLANK_LINES = 200
