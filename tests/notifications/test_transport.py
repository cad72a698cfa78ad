"""Which mail server MAIL_URL names."""

from dataclasses import replace

import pytest
from apiflask import APIFlask

from ilpes_lms.app import create_app
from ilpes_lms.config import UnsafeSettings
from ilpes_lms.notifications.transport import Server, server_named


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", Server("mail.example.org", 25, "", "", tls=False, starttls=False)),
        ("smtps://mail.example.org", Server("mail.example.org", 465, "", "", tls=True, starttls=False)),
        (
            "smtp://ana%40example.org:p%2Fw@mail.example.org?starttls=1",
            Server("mail.example.org", 587, "ana@example.org", "p/w", tls=False, starttls=True),
        ),
        ("smtp://127.0.0.1:2525?starttls=0", Server("127.0.0.1", 2525, "", "", tls=False, starttls=False)),
    ],
)
def test_an_address_names_a_server(url: str, server: Server) -> None:
    assert server_named(url) == server


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:port"])
def test_the_application_does_not_start_with_an_address_that_names_none(app: APIFlask, url: str) -> None:
    with pytest.raises(UnsafeSettings):
        create_app(replace(app.config["SETTINGS"], mail_url=url))
