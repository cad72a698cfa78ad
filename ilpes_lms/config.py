"""Typed settings: values from `config/`, then from the environment; unsafe or missing ones stop the start."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_KEY = "development-only-key-that-production-refuses"
ENVIRONMENTS = ("development", "production", "test")
_SHORTEST_KEY = 32
_HIGHEST_PORT = 65535
_DATABASES = ("sqlite:", "postgresql:", "postgresql+psycopg:")
SECOND_FACTOR = ("staff", "nobody")
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
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
    vault_keys: str
    second_factor: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_name: str
    oidc_new_accounts: str
    oidc_second_factor: str
    mail_url: str
    files_url: str
    mail_from: str
    mail_pace: str
    bounce_address: str
    bounce_url: str
    bounce_secret: str
    metrics_token: str
    audit_anchors: str
    erasure_ledger: str
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
    if not settings.proxies:
        warnings.append(
            "PROXIES is 0, so no proxy is believed about who calls: behind one, all callers share one limit, and no "
            "browser is told to stay with https."
        )
    if settings.second_factor == "nobody":
        warnings.append("SECOND_FACTOR is nobody, so a stolen password of staff is enough.")
    warnings += _in_the_open(settings)
    if "secure=0" in settings.files_url:
        warnings.append("FILES_URL turns encryption off (secure=0), so people's documents travel in the open.")
    if not (settings.certificate_key_file or settings.certificate_key):
        warnings.append("CERTIFICATE_KEY_FILE is not set, so certificates wait: nothing can sign them.")
    return warnings


def _in_the_open(settings: Settings) -> list[str]:
    """Return which connections leave this host without encryption."""
    found = []
    database, broker = urlsplit(settings.database_url), urlsplit(settings.redis_url)
    if database.hostname and database.hostname not in _HERE and "sslmode=" not in database.query:
        found.append("DATABASE_URL leaves this host and asks for no encryption: add ?sslmode=verify-full.")
    if broker.scheme == "redis" and broker.hostname not in _HERE:
        found.append("REDIS_URL leaves this host without encryption: use rediss://.")
    return found


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
    if settings.files_url and not _is_bucket(settings.files_url):
        faults.append("FILES_URL must look like s3://key:secret@host:port/bucket")
    faults += _faults_of_accounts(settings)
    if not _is_zone(settings.default_zone):
        faults.append("DEFAULT_ZONE must name a time zone like America/Santiago")
    if settings.base_url and not settings.base_url.startswith(("http://", "https://")):
        faults.append("BASE_URL must begin with https:// (or, on one's own machine, http://)")
    if faults:
        raise UnsafeSettings("; ".join(faults) + ".")


def _faults_of_accounts(settings: Settings) -> list[str]:
    faults = []
    if settings.second_factor not in SECOND_FACTOR:
        faults.append(f"SECOND_FACTOR must be one of {', '.join(SECOND_FACTOR)}")
    if settings.oidc_new_accounts not in ("yes", "no"):
        faults.append("OIDC_NEW_ACCOUNTS must be yes or no")
    if settings.oidc_issuer and not (settings.oidc_client_id and settings.oidc_client_secret):
        faults.append("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET")
    if any(len(key) < _SHORTEST_KEY for key in settings.vault_keys.split()):
        faults.append(f"VAULT_KEYS must be random texts of at least {_SHORTEST_KEY} characters, separated by spaces")
    return faults


def _is_bucket(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return False
    named = parts.hostname and parts.username and parts.password and parts.path.strip("/")
    return parts.scheme == "s3" and bool(named)


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
    if settings.oidc_issuer and not settings.oidc_issuer.startswith("https://"):
        faults.append("OIDC_ISSUER must begin with https://")
    if faults:
        raise UnsafeSettings("; ".join(faults) + ".")
