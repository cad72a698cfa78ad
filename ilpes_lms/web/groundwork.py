"""What every process has, whether it serves pages or not: languages, the rooms' templates, what should be there."""

from pathlib import Path

from flask import Flask
from jinja2 import FileSystemLoader

from ilpes_lms.web import cli, health, i18n

_ROOMS = Path(__file__).resolve().parent.parent


def open_groundwork(app: Flask) -> None:
    """Let the application speak its languages and find the templates of all rooms, for pages and for letters."""
    app.jinja_loader = FileSystemLoader(sorted(_ROOMS.glob("*/templates")))
    i18n.open_languages(app)
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    health.open_health(app)
    app.cli.add_command(cli.translations)
