"""Addresses in messages: always from BASE_URL, never from a request, so that a forged Host header reaches no mail."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app


def absolute(path: str) -> str:
    """Return the public address of a local path."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"{path!r} is not a local path")
    return f"{base_url()}{path}"


def page(endpoint: str, **values: Any) -> str:
    """Return the public address of a page by its endpoint; needs no request."""
    adapter = current_app.url_map.bind("unused", script_name="/")
    return absolute(adapter.build(endpoint, values))


def base_url() -> str:
    """Return the public address of the site, without a slash at its end."""
    url: str = current_app.config["BASE_URL"]
    return url


def host() -> str:
    """Return the host of the public address."""
    return urlsplit(base_url()).hostname or "localhost"
