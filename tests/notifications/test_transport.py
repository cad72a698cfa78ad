"""Which mail server MAIL_URL names, and how letters look on their way to it and in files."""

import re
from contextlib import closing
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from apiflask import APIFlask

from ilpes_lms.app import create_app
from ilpes_lms.config import UnsafeSettings
from ilpes_lms.notifications.enclosures import CalendarPart
from ilpes_lms.notifications.letter import as_sent, compose
from ilpes_lms.notifications.rendering import Draft
from ilpes_lms.notifications.transport import Folder, Server, Smtp, server_named
from tests.factories.notifications import Sink, html_of, letter_of, text_of

# RFC 5321, without the line's end.
SMTP_LINE = 998
# RFC 5322, what it recommends.
SHORT_LINE = 78


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


LONG_LINK = "https://example.org/confirm/" + "k" * 300
WORDS = f"Señora Ñandú:\n\nAbra este enlace = su dirección:\n{LONG_LINK}\n\n.\nFrom aquí\n"


def letter(subject: str = "Confirme su dirección", *, name: str = "Ñandú", files: int = 0) -> EmailMessage:
    draft = Draft(subject, WORDS, f'<p><a href="{LONG_LINK}">Señora Ñandú</a></p>')
    return compose(
        draft, message_id="<abc@example.org>", sender="noreply@example.org", name=name, address="ana@example.org",
        language="es", unsubscribe_url=LONG_LINK, calendar=[CalendarPart("ñ\r\n" * 90, "REQUEST", "ñ.ics")] * files,
    )  # fmt: skip


def test_a_file_holds_text_and_links_as_they_were_written(tmp_path: Path) -> None:
    Folder(tmp_path).send(letter(), "ana@example.org", "people.confirm")
    (path,) = tmp_path.iterdir()
    content = path.read_text("utf-8")
    assert f"\n{LONG_LINK}\n" in content
    assert f'<a href="{LONG_LINK}">Señora Ñandú</a>' in content
    assert f"List-Unsubscribe: <{LONG_LINK}>\n" in content


def test_a_file_is_still_the_letter_that_a_server_would_get(tmp_path: Path) -> None:
    Folder(tmp_path).send(letter(), "ana@example.org", "people.confirm")
    (path,) = tmp_path.iterdir()
    read, sent = letter_of(path.read_bytes()), letter_of(letter().as_bytes())
    assert text_of(read) == text_of(sent).replace("\r\n", "\n") == WORDS
    assert html_of(read).rstrip() == html_of(sent).rstrip()
    assert {name: read[name] for name in sent if name not in ("Content-Type", "Date")} == {
        name: sent[name] for name in sent if name not in ("Content-Type", "Date")
    }


@pytest.mark.parametrize(
    ("address", "named"),
    [("ana@example.org", "ana@example.org"), ("../../ana/x@example.org", ".._.._ana_x@example.org")],
)
def test_a_files_name_says_who_it_is_to_and_what_it_is_and_stays_in_its_folder(
    tmp_path: Path, address: str, named: str
) -> None:
    Folder(tmp_path / "mail").send(letter(), address, "people.confirm")
    (path,) = (tmp_path / "mail").iterdir()
    assert path.name.endswith(f"-{named}-people.confirm-abc.eml")


def test_a_server_gets_short_lines_of_ascii_that_read_back_whole() -> None:
    raw = letter().as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= SMTP_LINE
    assert max(map(len, raw.partition(b"\r\n\r\n")[2].splitlines())) <= SHORT_LINE
    with Sink() as sink, closing(Smtp(server_named(sink.url))) as server:
        server.send(letter(), "ana@example.org", "people.confirm")
    ((_to, taken),) = sink.taken
    assert LONG_LINK in text_of(taken)
    assert f"List-Unsubscribe: <{LONG_LINK}>\r\n".encode() in raw
    assert taken["List-Unsubscribe"] == f"<{LONG_LINK}>"


@pytest.mark.parametrize("files", [0, 1, 3])
@pytest.mark.parametrize("name", ["Ana Soto", 'Soto, Ana "la" (x)', "Ñandú " * 5])
@pytest.mark.parametrize("subject", ["Hola", "=?utf-8?q?Hola?=", "Hola " * 40, "Señora Ñandú " * 20])
def test_what_a_server_gets_is_what_the_mail_library_would_write(subject: str, name: str, files: int) -> None:
    written = letter(subject, name=name, files=files)
    assert as_sent(written) == written.as_bytes()
    read = letter_of(as_sent(written))
    assert (read["Subject"], read["To"].addresses[0].display_name) == (decoded(subject), name.strip())


def decoded(subject: str) -> str:
    return "Hola" if subject.startswith("=?") else subject.strip()


def test_no_encoded_word_of_a_header_is_longer_than_readers_must_understand() -> None:
    head = as_sent(letter("Señora Ñandú " * 20)).partition(b"\r\n\r\n")[0].decode("ascii")
    words = re.findall(r"=\?[^?]+\?[^?]+\?[^?]*\?=", head)
    # RFC 2047, section 2.
    assert words
    assert max(map(len, words)) <= 75


def test_a_short_text_beyond_ascii_reaches_a_server_as_ascii() -> None:
    draft = Draft("Hola", "Señora Ñandú", "<p>Señora Ñandú</p>")
    written = compose(
        draft, message_id="<a@b.example>", sender="a@b.example", name="Ana", address="a@b.example", language="es"
    )
    assert as_sent(written).isascii()
    assert text_of(letter_of(as_sent(written))).rstrip() == "Señora Ñandú"
