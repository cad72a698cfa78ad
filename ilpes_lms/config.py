"""Typed settings: values from `config/`, then from the environment; unsafe or missing ones stop the start."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_KEY = "development-only-key-that-production-refuses"
ENVIRONMENTS = ("development", "production", "test")
_SHORTEST_KEY = 32
_HIGHEST_PORT = 65535
_DATABASES = ("sqlite:", "postgresql:", "postgresql+psycopg:")
_BROKERS = ("redis://", "rediss://", "unix://")


class UnsafeSettings(Exception):
    """The settings do not allow a safe start; the message names each fault."""


@dataclass(frozen=True)
class Settings:
    """What can be set; every name is also an environment variable in capitals."""

    environment: str
    database_url: str
    redis_url: str
    base_url: str
    secret_key: str
    mail_url: str
    mail_from: str
    port: int
    certificate_key_file: str
    certificate_key: str
    var_folder: str
    default_zone: str
    web_workers: int
    proxies: int
    log_level: str

    @property
    def var(self) -> Path:
        return (ROOT / self.var_folder).resolve()

    @property
    def production(self) -> bool:
        return self.environment == "production"


def load(environ: Mapping[str, str] = os.environ, **overrides: str | int) -> Settings:
    """Return the settings of this process; raises UnsafeSettings when it must not start with them."""
    environment = str(overrides.get("environment") or environ.get("ILPES_ENV") or "development")
    if environment not in ENVIRONMENTS:
        raise UnsafeSettings(f"ILPES_ENV is {environment!r}; it must be one of {', '.join(ENVIRONMENTS)}.")
    values: dict[str, object] = {**_file("default"), **_file(environment), "environment": environment}
    for field in fields(Settings):
        if field.name.upper() in environ:
            values[field.name] = environ[field.name.upper()]
    values.update(overrides)
    settings = _typed(values)
    _refuse_senseless(settings)
    _refuse_unsafe(settings)
    return settings


def warnings_of(settings: Settings) -> list[str]:
    """Return what a production may start with but should not stay with."""
    if not settings.production:
        return []
    warnings = []
    if settings.database_url.startswith("sqlite:"):
        warnings.append(
            "DATABASE_URL names SQLite, which serves one machine and one writer at a time; production needs PostgreSQL."
        )
    if not settings.redis_url:
        warnings.append(
            "REDIS_URL is not set, so nothing is done in the background, no mail sent and no certificate made, "
            "unless `ilpes-lms up` starts a broker of its own."
        )
    if not (settings.certificate_key_file or settings.certificate_key):
        warnings.append("CERTIFICATE_KEY_FILE is not set, so certificates wait: nothing can sign them.")
    return warnings


def _file(name: str) -> dict[str, object]:
    with (ROOT / "config" / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _typed(values: Mapping[str, object]) -> Settings:
    missing = [f.name.upper() for f in fields(Settings) if f.name not in values]
    if missing:
        raise UnsafeSettings(f"Not set: {', '.join(missing)}.")
    arguments: dict[str, object] = {}
    for field in fields(Settings):
        text = str(values[field.name])
        arguments[field.name] = _number(field.name, text) if field.type is int else text
    settings = Settings(**arguments)  # type: ignore[arg-type]  # each value was made of its field's type above
    return _with_defaults(settings)


def _number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise UnsafeSettings(f"{name.upper()} is {text!r}; it must be a number.")
    return int(text)


def _with_defaults(settings: Settings) -> Settings:
    from dataclasses import replace

    changes: dict[str, str] = {}
    if not settings.database_url:
        changes["database_url"] = f"sqlite:///{settings.var / 'ilpes.db'}"
    if not settings.base_url and not settings.production:
        changes["base_url"] = f"http://127.0.0.1:{settings.port}"
    return replace(settings, **changes)  # type: ignore[arg-type]  # only text fields are changed


def _refuse_senseless(settings: Settings) -> None:
    faults = []
    if not 1 <= settings.port <= _HIGHEST_PORT:
        faults.append(f"PORT must be a number from 1 to {_HIGHEST_PORT}")
    if not settings.database_url.startswith(_DATABASES) or "//" not in settings.database_url:
        faults.append("DATABASE_URL must look like postgresql+psycopg://user:password@host/name or sqlite:///file")
    if settings.redis_url and not settings.redis_url.startswith(_BROKERS):
        faults.append("REDIS_URL must look like redis://host:port/0")
    if not _is_zone(settings.default_zone):
        faults.append("DEFAULT_ZONE must name a time zone like America/Santiago")
    if settings.base_url and not settings.base_url.startswith(("http://", "https://")):
        faults.append("BASE_URL must begin with https:// (or, on one's own machine, http://)")
    if faults:
        raise UnsafeSettings("; ".join(faults) + ".")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False
    return True


def _refuse_unsafe(settings: Settings) -> None:
    if not settings.production:
        return
    faults = []
    if settings.secret_key == DEVELOPMENT_KEY or len(settings.secret_key) < _SHORTEST_KEY:
        faults.append(f"SECRET_KEY must be set to at least {_SHORTEST_KEY} random characters")
    if not settings.base_url.startswith("https://"):
        faults.append("BASE_URL must be set to the public address, beginning with https://")
    if faults:
        raise UnsafeSettings("; ".join(faults) + ".")
