"""Outcomes that stand: certificates were issued on them. Which those are, only an upper room knows."""

from collections.abc import Callable, Collection

from flask import Flask, current_app

_EXTENSION = "ilpes-attendance-kept"
Certified = Callable[[Collection[int]], set[int]]


def keep_outcomes_of(app: Flask, certified: Certified) -> None:
    """Let a room say which of some enrolments have a certificate, so that their outcomes are not decided again."""
    app.extensions[_EXTENSION] = certified


def kept_among(enrolment_ids: Collection[int]) -> set[int]:
    """Return which of some enrolments have a certificate."""
    certified: Certified | None = current_app.extensions.get(_EXTENSION)
    return certified(enrolment_ids) if certified and enrolment_ids else set()
