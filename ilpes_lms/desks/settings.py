"""The settings as people may see them: nothing that opens a door."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from ilpes_lms.config import DEVELOPMENT_KEY, Settings

_SHOWN = ("environment", "base_url", "port", "default_zone", "web_workers", "log_level", "mail_from")


def contact_of(settings: Settings) -> str:
    """Return the address under which the institute can be written to: the one its messages come from."""
    return parseaddr(settings.mail_from)[1]


def shown_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings by name; of addresses only kind and host, of the key only whose it is."""
    return {name: getattr(settings, name) for name in _SHOWN} | {
        "database": _without_secrets(settings.database_url),
        "broker": _without_secrets(settings.redis_url),
        "mail": _without_secrets(settings.mail_url),
        "secret_key": "development" if settings.secret_key == DEVELOPMENT_KEY else "own",
    }


def _without_secrets(url: str) -> str:
    """Return the kind and host of an address; user, password, path and query stay here."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}" if parts.hostname else parts.scheme
