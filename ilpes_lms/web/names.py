"""Who stands behind the random id of an account, for pages that show what was done by whom."""

from collections.abc import Callable, Collection, Mapping

from flask import Flask, current_app

_EXTENSION = "ilpes-names"
# From public ids of accounts to names; whoever has none, a job or a command, is left out.
Names = Callable[[Collection[str]], Mapping[str, str]]


def name_accounts_with(app: Flask, names: Names) -> None:
    """Let a room say who stands behind accounts."""
    app.extensions[_EXTENSION] = names


def of_accounts(refs: Collection[str]) -> Mapping[str, str]:
    """Return the names of those who stand behind accounts, by public id."""
    names: Names = current_app.extensions[_EXTENSION]
    return names(refs)
