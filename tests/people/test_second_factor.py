"""The second factor: set up, asked for, never taken twice, limited, taken away; on both databases."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from ilpes_lms import config
from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.ids import digest
from ilpes_lms.people import errors, queries, rules, service
from ilpes_lms.people.models import RecoveryCode, SecondFactor
from ilpes_lms.people.service import second_factors
from tests.factories import people as make
from tests.factories.people import form_post

ANA = {"email": "ana@example.org", "password": make.PASSWORD}
CALLER = "198.51.100.7"


def account_id() -> int:
    return make.account(ANA["email"]).id


def code_of(secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


def set_up() -> tuple[str, list[str]]:
    """Give Ana a second factor; return its secret and the recovery codes. Its first code is used."""
    setup = service.begin_second_factor(account_id=account_id())
    codes = service.confirm_second_factor(
        account_id=account_id(), code=code_of(setup.secret), password=make.PASSWORD, caller=CALLER, sign_in_key=""
    )
    return setup.secret, codes


def first_step() -> str:
    found = service.sign_in(**ANA, caller=CALLER)
    assert isinstance(found, service.SecondStep)
    return found.token


def finish(step: str, code: str) -> str:
    return service.finish_sign_in(step=step, code=code, caller=CALLER)


@pytest.fixture
def ana(app):
    with app.app_context():
        return make.person(ANA["email"], password=make.PASSWORD, language="en").id


@pytest.fixture
def later():
    """The clock, a minute on whenever it is asked: codes of a moment ago count no more."""
    with time_machine.travel(clock.now(), tick=False) as moved:
        yield lambda: moved.shift(timedelta(seconds=60))


@pytest.fixture
def required(app, monkeypatch):
    """A house that requires a second factor of its staff, as production does."""
    settings = config.load({}, environment="test", second_factor="staff", var_folder=str(app.config["SETTINGS"].var))
    monkeypatch.setitem(app.config, "SETTINGS", settings)


# the verbs


def test_a_password_alone_lets_nobody_in_once_a_second_factor_is_there(context, ana, later):
    secret, _codes = set_up()
    later()
    key = finish(first_step(), code_of(secret))
    assert queries.signed_in(digest(key)).second_factor


def test_what_is_stored_does_not_hold_the_secret_or_a_code(context, ana):
    secret, codes = set_up()
    stored = repr(db.session.execute(select(SecondFactor.__table__)).all())
    stored += repr(db.session.execute(select(RecoveryCode.__table__)).all())
    assert secret not in stored
    assert not any(code in stored or rules.recovery_code(code) in stored for code in codes)


def test_another_key_of_the_vault_opens_no_secret_and_an_old_one_beside_the_new_does(app, context, ana, monkeypatch):
    secret, _codes = set_up()
    sealed = queries.second_factor_of(account_id()).secret

    def opened(keys: str) -> str:
        var = str(app.config["SETTINGS"].var)
        monkeypatch.setitem(
            app.config, "SETTINGS", config.load({}, environment="test", vault_keys=keys, var_folder=var)
        )
        return second_factors.vault.unseal(sealed, second_factors.PURPOSE)

    old = app.config["SETTINGS"].secret_key
    assert opened(f"{'n' * 40} {old}") == secret
    with pytest.raises(second_factors.vault.SealBroken):
        opened("n" * 40)


def test_it_is_not_asked_for_before_it_is_confirmed(context, ana):
    service.begin_second_factor(account_id=account_id())
    assert isinstance(service.sign_in(**ANA, caller=CALLER), str)


def test_setting_up_ends_all_other_sign_ins(context, ana):
    here, there = (service.open_sign_in(account_id=account_id()) for _ in range(2))
    setup = service.begin_second_factor(account_id=account_id())
    proof = {"code": code_of(setup.secret), "password": make.PASSWORD, "caller": CALLER}
    service.confirm_second_factor(account_id=account_id(), **proof, sign_in_key=here)
    assert queries.signed_in(digest(here)) is not None
    assert queries.signed_in(digest(there)) is None


def test_nobody_sets_it_up_or_removes_it_without_the_password(context, ana, later):
    setup = service.begin_second_factor(account_id=account_id())
    wrong = {"account_id": account_id(), "password": "wrong", "caller": CALLER}
    with pytest.raises(errors.PasswordWrong):
        service.confirm_second_factor(**wrong, code=code_of(setup.secret), sign_in_key="")
    secret, _codes = set_up()
    later()
    with pytest.raises(errors.PasswordWrong):
        service.remove_second_factor(**wrong, code=code_of(secret))
    with pytest.raises(errors.SecondFactorThere):
        service.begin_second_factor(account_id=account_id())


def test_removed_it_is_asked_for_no_more(context, ana, later):
    secret, _codes = set_up()
    later()
    service.remove_second_factor(account_id=account_id(), code=code_of(secret), password=make.PASSWORD, caller=CALLER)
    assert isinstance(service.sign_in(**ANA, caller=CALLER), str)
    assert queries.second_factor_of(account_id()) is None


def test_trust_28_a_code_is_taken_once_even_within_its_half_minute(context, ana, later):
    secret, _codes = set_up()
    later()
    code = code_of(secret)
    assert finish(first_step(), code)
    with pytest.raises(errors.SecondFactorRefused):
        finish(first_step(), code)


def test_trust_28_an_older_code_than_the_last_one_is_refused(context, ana, later):
    secret, _codes = set_up()
    later()
    assert finish(first_step(), code_of(secret))
    with pytest.raises(errors.SecondFactorRefused):
        finish(first_step(), code_of(secret, steps=-1))
    assert finish(first_step(), code_of(secret, steps=1))


def test_trust_28_a_recovery_code_is_taken_once_however_it_is_typed(context, ana):
    _secret, codes = set_up()
    assert finish(first_step(), f" {codes[0].upper().replace('-', ' ')} ")
    with pytest.raises(errors.SecondFactorRefused):
        finish(first_step(), codes[0])
    assert queries.recovery_codes_left(queries.second_factor_of(account_id())) == 9


def test_trust_28_new_recovery_codes_make_the_old_ones_useless(context, ana, later):
    secret, codes = set_up()
    later()
    new = service.renew_recovery_codes(
        account_id=account_id(), code=code_of(secret), password=make.PASSWORD, caller=CALLER
    )
    with pytest.raises(errors.SecondFactorRefused):
        finish(first_step(), codes[1])
    assert finish(first_step(), new[1])


def test_trust_28_a_second_step_is_good_once_for_ten_minutes_and_for_one_password(context, ana, later):
    _secret, codes = set_up()
    done = first_step()
    finish(done, codes[0])
    with pytest.raises(errors.LinkNotValid):
        finish(done, codes[1])
    step = first_step()
    service.set_password(account_id=account_id(), password="another password")
    with pytest.raises(errors.LinkNotValid):
        finish(step, codes[1])


def test_trust_28_a_second_step_that_took_too_long_is_refused(context, ana):
    _secret, codes = set_up()
    step = first_step()
    with time_machine.travel(clock.now() + timedelta(minutes=11)), pytest.raises(errors.LinkNotValid):
        finish(step, codes[0])


def test_trust_27_guessing_codes_is_stopped_in_the_database(context, ana, later):
    secret, _codes = set_up()
    later()
    for _ in range(rules.LIMITS["second_factor.account"].attempts):
        with pytest.raises(errors.SecondFactorRefused):
            finish(first_step(), "000000")
    with pytest.raises(errors.TooManyAttempts):
        finish(first_step(), code_of(secret))


def at_once(app, press: Callable[[], object], times: int = 4) -> list[str]:
    barrier, outcomes = threading.Barrier(times), []

    def one() -> None:
        with app.app_context():
            barrier.wait()
            try:
                press()
                outcomes.append("done")
            except (errors.SecondFactorRefused, errors.LinkNotValid):
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_trust_28_one_code_sent_four_times_at_once_lets_one_in(app, context, ana, later):
    secret, _codes = set_up()
    later()
    steps, code = [first_step()], code_of(secret)
    db.session.rollback()
    assert at_once(app, lambda: finish(steps[0], code)) == ["done", *["refused"] * 3]


def test_the_negative_control_without_the_last_step_one_code_is_taken_again(context, ana, later, monkeypatch):
    secret, _codes = set_up()
    later()
    right = rules.accepted_step
    monkeypatch.setattr(rules, "accepted_step", lambda *given, **_after: right(*given, after=0))
    code = code_of(secret)
    assert finish(first_step(), code)
    assert finish(first_step(), code)


def test_a_program_needs_a_code_for_its_token(context, ana, later):
    secret, _codes = set_up()
    later()
    with pytest.raises(errors.SecondFactorNeeded):
        service.create_token(**ANA, caller=CALLER)
    with pytest.raises(errors.SecondFactorRefused):
        service.create_token(**ANA, caller=CALLER, code="000000")
    assert service.create_token(**ANA, caller=CALLER, code=code_of(secret))


def test_a_link_for_a_new_password_does_not_go_round_the_second_factor(context, ana):
    set_up()
    assert isinstance(service.admit(account_id=account_id()), service.SecondStep)


def test_an_administrator_takes_it_away_with_a_reason_that_is_kept(context, ana):
    set_up()
    key = service.open_sign_in(account_id=account_id())
    with pytest.raises(errors.ReasonMissing):
        service.reset_second_factor(person_id=ana, reason=" ")
    service.reset_second_factor(person_id=ana, reason="Lost telephone, seen in person")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "account.second_factor_reset")).one()
    assert entry.details == {"reason": "Lost telephone, seen in person"}
    assert queries.signed_in(digest(key)) is None
    assert isinstance(service.sign_in(**ANA, caller=CALLER), str)


# the pages


def test_somebody_sets_it_up_signs_in_with_it_and_removes_it(app, client, ana, later):
    make.sign_in(client, ANA["email"])
    assert form_post(client, "/my/second-factor").status_code == 303
    page = client.get("/my/second-factor")
    assert 'src="data:image/svg+xml' in page.text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text).group(1).replace(" ", "")
    proof = {"code": code_of(secret), "password": make.PASSWORD}
    codes = form_post(client, "/my/second-factor/confirm", proof, page="/my/second-factor")
    assert len(re.findall(r"<li><code>", codes.text)) == 10
    assert codes.headers["Cache-Control"] == "private, no-store"
    form_post(client, "/sign-out", page="/my/profile")
    away = form_post(client, "/sign-in", {**ANA, "next": "/my/profile"})
    assert away.location == "/sign-in/code?next=/my/profile"
    assert client.get("/my/profile").status_code == 303
    wrong = form_post(client, away.location, {"code": "000000", "next": "/my/profile"})
    assert wrong.status_code == 422
    later()
    done = form_post(client, away.location, {"code": code_of(secret), "next": "/my/profile"})
    assert done.location == "/my/profile"
    assert client.get("/my/profile").status_code == 200
    later()
    proof = {"code": code_of(secret), "password": make.PASSWORD}
    assert form_post(client, "/my/second-factor/remove", proof, page="/my/second-factor").status_code == 303
    assert form_post(client, "/sign-out", page="/my/profile").status_code == 303
    assert form_post(client, "/sign-in", ANA).location != "/sign-in/code"


def test_staff_without_one_are_led_to_set_it_up_before_anything_else(app, client, required):
    with app.app_context():
        make.administrator(ANA["email"], password=make.PASSWORD)
    make.sign_in(client, ANA["email"])
    for path in ("/my", "/admin/people", "/coordinate", "/my/profile"):
        led = client.get(path)
        assert (led.status_code, led.location.split("?")[0]) == (303, "/my/second-factor"), path
    assert client.get("/activities").status_code == 200
    assert "/admin/people" not in client.get("/activities").text
    assert client.get("/my/second-factor").status_code == 200
    with app.app_context():
        set_up()
    make.sign_in(client, ANA["email"])
    assert client.get("/admin/people").status_code == 200


def test_staff_without_one_get_no_token_and_participants_do(app, client, ana, required):
    assert client.post("/api/v1/tokens", json=ANA).status_code == 201
    with app.app_context():
        service.grant_role(person_id=ana, role="coordinator")
    refused = client.post("/api/v1/tokens", json=ANA)
    assert (refused.status_code, refused.json["code"]) == (403, "second_factor_missing")


def test_a_program_sets_it_up_and_removes_it(app, client, ana, later):
    program = {"headers": make.bearer(app, ANA["email"])}
    secret = client.post("/api/v1/me/second-factor", **program).json["secret"]
    proof = {"code": code_of(secret), "password": make.PASSWORD}
    assert len(client.put("/api/v1/me/second-factor", json=proof, **program).json["recovery_codes"]) == 10
    assert client.get("/api/v1/me/second-factor", **program).json["in_force"]
    refused = client.post("/api/v1/tokens", json=ANA)
    assert (refused.status_code, refused.json["code"]) == (422, "second_factor_needed")
    later()
    proof["code"] = code_of(secret)
    assert client.post("/api/v1/me/second-factor/removals", json=proof, **program).status_code == 204
    assert client.post("/api/v1/me/second-factor/removals", json=proof, **program).status_code == 404


def test_an_administrator_resets_it_on_a_page(app, client, ana):
    with app.app_context():
        make.administrator(language="en")
        set_up()
        ref = queries.person(ana).public_id
    make.sign_in(client, "admin@example.org")
    page, url = f"/admin/people/{ref}", f"/admin/people/{ref}/second-factor/reset"
    assert form_post(client, url, {"reason": ""}, page=page).status_code == 422
    assert form_post(client, url, {"reason": "Lost telephone"}, page=page).status_code == 303
    assert "second-factor" not in client.get(page).text


def test_production_requires_it_of_staff():
    environ = {"ILPES_ENV": "production", "BASE_URL": "https://example.org", "SECRET_KEY": "k" * 40}
    assert config.load(environ).second_factor == "staff"
    with pytest.raises(config.UnsafeSettings, match="SECOND_FACTOR"):
        config.load({"SECOND_FACTOR": "some"})
    with pytest.raises(config.UnsafeSettings, match="VAULT_KEYS"):
        config.load({"VAULT_KEYS": "short"})
