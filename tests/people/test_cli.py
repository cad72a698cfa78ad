"""The room's commands."""

import re

import pytest

from ilpes_lms.core import clock
from ilpes_lms.people import queries, service
from tests.factories import people as make


@pytest.fixture
def run(app):
    return lambda *arguments: app.test_cli_runner().invoke(args=arguments)


def test_the_first_administrator_is_made_at_the_console_with_a_password_that_works(app, run):
    done = run("people", "create", "--email", "ana.soto@example.org", "--role", "administrator")
    assert done.exit_code == 0, done.output
    password = re.search(r"password (\S+)", done.output).group(1)
    with app.app_context():
        assert service.sign_in(email="ana.soto@example.org", password=password, caller=None)
        person = queries.person_by_email("ana.soto@example.org")
        assert (person.full_name, queries.roles_of(person.id)) == ("Ana Soto", {"administrator"})


def test_asked_again_the_command_gives_the_role_to_who_is_there(app, run):
    run("people", "create", "--email", "ana@example.org", "--given-names", "Ana", "--surname", "Soto")
    done = run("people", "create", "--email", "ana@example.org", "--role", "coordinator", "--division", "celade")
    assert done.exit_code == 0
    assert "password" not in done.output
    with app.app_context():
        person = queries.person_by_email("ana@example.org")
        assert [(g.role, g.division) for g in queries.grants_of([person.id])[person.id]] == [("coordinator", "celade")]


def test_a_role_is_given_until_a_day_and_for_a_reason_at_the_console(app, run):
    until = f"{clock.today('UTC').year + 1}-06-30"
    done = run(
        "people", "create", "--email", "ana@example.org", "--role", "auditor", "--until", until, "--reason", "Audit"
    )
    assert done.exit_code == 0, done.output
    with app.app_context():
        [grant] = queries.grants_of([queries.person_by_email("ana@example.org").id]).popitem()[1]
        assert (grant.role, grant.reason, grant.ends_at.year) == ("auditor", "Audit", clock.today("UTC").year + 1)


@pytest.mark.parametrize(
    "wrong",
    [("--email", "no address"), ("--email", "a@example.org", "--role", "focal_point"), ("--email", "a@example.org",
     "--password", "short"), ("--email", "a@example.org", "--country", "XX")],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(run, wrong):
    done = run("people", "create", *wrong)
    assert done.exit_code == 1
    assert "Error: " in done.output
    assert "Traceback" not in done.output


def test_a_token_made_at_the_console_works(app, run, client):
    with app.app_context():
        make.person("ana@example.org")
    token = run("tokens", "create", "--email", "ana@example.org").output.strip()
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert run("tokens", "create", "--email", "nobody@example.org").exit_code == 1
