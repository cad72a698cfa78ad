"""The least a Flask application can do: one constant page, as large as BARE_BYTES says."""

import os

from flask import Flask

app = Flask("bare")
_LINE = "<p>constant</p>\n"
_BODY = _LINE * (int(os.environ.get("BARE_BYTES", "1000")) // len(_LINE))


@app.get("/")
def constant() -> str:
    return _BODY
