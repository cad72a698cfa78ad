"""Making a backup while everybody works, and bringing one back so that nobody gets anything twice."""

import hashlib
import hmac
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import structlog
from sqlalchemy import inspect, text

from ilpes_lms.backups import dumping, rules
from ilpes_lms.backups.errors import Altered, NoStore, NotABackup, NotEmpty, StillRunning, TargetTaken
from ilpes_lms.backups.rules import Manifest
from ilpes_lms.core import actor, clock, files, pulses, restoring, runs, schema
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.jobs import Job, sweeps
from ilpes_lms.core.settings import settings
from ilpes_lms.notifications import holding

log = structlog.get_logger(__name__)
_MANIFEST, _TABLES, _FILES, _LAST = "manifest.json", "database", "files", "last-backup"
_PRIVATE = 0o700
# Sweeps that write nothing, or speak to the world outside.
_NOT_NOW = ("audit.", "notifications.")
_MOST_ROUNDS = 100


@dataclass(frozen=True)
class Restored:
    """What was done: rows and files brought back, what rooms caught up with, which messages are held back."""

    manifest: Manifest
    caught_up: Mapping[str, int]
    held: Mapping[str, int]
    failed_sweeps: tuple[str, ...]
    same_secret: bool


def backup(target: Path) -> Manifest:
    """Write database and files into a new folder; it has its name only once it is whole.

    Files are copied after the database was read, so that each that the database names is there, unless it was deleted
    on purpose meanwhile. Raises TargetTaken.
    """
    if target.exists():
        raise TargetTaken(target)
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=_PRIVATE, parents=True)
    manifest = _write(unfinished)
    (unfinished / _MANIFEST).write_text(manifest.text())
    unfinished.rename(target)
    (settings().var / _LAST).write_text(manifest.made_at)
    return manifest


def write_keys(path: Path) -> list[str]:
    """Write what signs and encrypts into a file of its own that its owner alone reads; return the names."""
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise TargetTaken(path) from None
    kept = {
        "SECRET_KEY": settings().secret_key, "VAULT_KEYS": settings().vault_keys, "CERTIFICATE_KEY": _certificate_key(),
    }  # fmt: skip
    path.write_text("".join(f'{name}="{value}"\n' for name, value in kept.items() if value))
    return [name for name, value in kept.items() if value]


def restore(source: Path, *, force: bool = False) -> Restored:
    """Bring a backup back, let the sweeps write what is owed since, and hold all of it back.

    Raises BackupRefused, before anything is changed unless what was loaded is not what was backed up.
    """
    manifest = _checked(source)
    rules.check_may_come(manifest, dumping.kind(), schema.newest())
    _refuse_unless_free(force=force)
    # First, and before the database is touched: a store that fails half way leaves the database as it is.
    _bring_files_back(source, manifest.files)
    dumping.load(source / _TABLES, dumping.Dump(manifest.schema, manifest.rows, manifest.parts))
    rules.check_counts(manifest.rows, dumping.counts())
    schema.bring_to_newest()
    caught_up = restoring.catch_up()
    # Before the sweeps as well: what waited is not theirs to look at.
    holding.hold_due()
    failed = _write_what_is_owed()
    same = hmac.compare_digest(manifest.secret, _fingerprint(manifest.made_at))
    return Restored(manifest, caught_up, holding.hold_due(), failed, same)


def last_backup() -> datetime | None:
    """Return when this copy last made a backup, None where it never did."""
    path = settings().var / _LAST
    return datetime.fromisoformat(path.read_text().strip()) if path.exists() else None


def _write(folder: Path) -> Manifest:
    made_at = clock.now().isoformat()
    (folder / _TABLES).mkdir()
    dumped = dumping.dump(folder / _TABLES)
    copied, damaged = _copy_files(folder)
    return Manifest(
        format=rules.FORMAT, made_at=made_at, release=version("ilpes-lms"), database=dumping.kind(),
        schema=dumped.schema, secret=_fingerprint(made_at), rows=dumped.rows, parts=dumped.parts,
        files=copied, damaged=damaged,
    )  # fmt: skip


def _copy_files(folder: Path) -> tuple[dict[str, int], list[str]]:
    """Copy all files; return their sizes by key, and the keys of those that are damaged or missing."""
    sizes: dict[str, int] = {}
    left_out: set[str] = set()
    for key in files.all_keys():
        path = _file(folder, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with files.opened(key) as file, path.open("wb") as copy:
                shutil.copyfileobj(file, copy)
        except NotFound:
            left_out.add(key)
            continue
        sizes[key] = path.stat().st_size
    return sizes, _lost(left_out | (files.named_keys() - sizes.keys()))


def _lost(suspects: set[str]) -> list[str]:
    """Return which of the files that were not copied can't be read though they lie there or a record names them."""
    if not suspects:
        return []
    # Asked again: the others came or went since they were listed. A record comes after its file, and goes before it.
    named = files.named_keys()
    return sorted(key for key in suspects if (key in named or files.is_kept(key)) and not files.is_whole(key))


def _bring_files_back(source: Path, keys: Iterable[str]) -> None:
    if not files.store_answers():
        raise NoStore
    for key in keys:
        with _file(source, key).open("rb") as file:
            files.bring_back(file)


def _file(folder: Path, key: str) -> Path:
    return folder / _FILES / key[:2] / key


def _fingerprint(salt: str) -> str:
    """Return what tells one SECRET_KEY from another and says nothing of it, which is long and random."""
    return hmac.new(settings().secret_key.encode(), f"backup {salt}".encode(), hashlib.sha256).hexdigest()


def _certificate_key() -> str:
    path = settings().certificate_key_file
    return Path(path).read_text() if path else settings().certificate_key


def _checked(source: Path) -> Manifest:
    try:
        manifest = rules.read_manifest((source / _MANIFEST).read_text())
    except OSError:
        raise NotABackup(source, f"it has no {_MANIFEST}, which is written last") from None
    except (ValueError, KeyError, TypeError) as fault:
        raise NotABackup(source, f"its {_MANIFEST} can't be read ({fault})") from None
    for name, part in manifest.parts.items():
        _check(source / _TABLES / name, part.sha256)
    for key in manifest.files:
        _check(_file(source, key), key)
    return manifest


def _check(path: Path, digest: str) -> None:
    if not path.is_file() or dumping.digest(path) != digest:
        raise Altered(f"{path.parent.name}/{path.name}")


def _refuse_unless_free(*, force: bool) -> None:
    tables = inspect(db.engine).get_table_names()
    if "pulses" in tables and pulses.alive():
        raise StillRunning
    if not force and "persons" in tables and db.session.scalar(text("SELECT EXISTS (SELECT 1 FROM persons)")):
        raise NotEmpty


def _write_what_is_owed() -> tuple[str, ...]:
    """Let every sweep run until it writes no more messages; return the names of those that failed."""
    return tuple(job.name for job in sweeps() if not job.name.startswith(_NOT_NOW) and not _sweep(job))


def _sweep(job: Job) -> bool:
    before = -1
    try:
        for _ in range(_MOST_ROUNDS):
            with actor.acting(f"job:{job.name}"), runs.remembered(job.name):
                job.function()
            if (now := _messages()) == before:
                return True
            before = now
    except Exception as error:
        log.exception("sweep_failed", job=job.name, error=type(error).__name__)
    return False


def _messages() -> int:
    return int(db.session.scalar(text("SELECT count(*) FROM messages")) or 0)
