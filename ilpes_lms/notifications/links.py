"""Addresses in messages: always from BASE_URL, never from a request, so that a forged Host header reaches no mail."""

from urllib.parse import urlsplit

from flask import current_app

# Where messages are declined, each by a token of its own; what is shown or sent to be looked at has this one.
STOP = "/messages/stop/"
A_TEST = "test"


def absolute(path: str) -> str:
    """Return the public address of a local path, which is written out: who sends letters may have no pages open."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"{path!r} is not a local path")
    return f"{base_url()}{path}"


def base_url() -> str:
    """Return the public address of the site, without a slash at its end."""
    url: str = current_app.config["BASE_URL"]
    return url


def host() -> str:
    """Return the host of the public address."""
    return urlsplit(base_url()).hostname or "localhost"
