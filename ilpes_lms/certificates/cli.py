"""The keys of certificates from the command line."""

from pathlib import Path

import click
from flask.cli import AppGroup

certificates = AppGroup("certificates", help="What certificates are signed with.")


@certificates.command("make-key")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", required=True, help="Who signs, as readers of the document will see it.")
@click.option("--days", default=1095, show_default=True, type=click.IntRange(1, 3650), help="How long it is valid.")
def make_key(*, file: Path, name: str, days: int) -> None:
    """Write a new key with a certificate that it signs itself to FILE, for CERTIFICATE_KEY_FILE."""
    from ilpes_lms.certificates import keys

    if not keys.write(keys.make(name, days=days), file):
        raise click.ClickException(f"{file} is there already; a key is never written over.")
    click.echo(f"Written to {file}, readable by you alone. Set CERTIFICATE_KEY_FILE to it and keep a copy elsewhere.")
