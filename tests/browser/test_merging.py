"""Two records become one on a phone: seen before, done, undone, with every page on the way fit for everyone."""

from collections.abc import Callable

from tests.browser.conftest import Visitor, account

Make = Callable[..., Visitor]
OTHERS = """rows => rows
    .filter(row => !row.textContent.includes("administrator@"))
    .map(row => row.querySelector("a").getAttribute("href"))"""


def test_records_are_compared_merged_and_separated_on_a_phone(visitor: Make) -> None:
    someone = visitor(width="phone").signs_in(*account("administrator"))
    main = someone.page.locator("main")
    for path in ("/admin/people/duplicates", "/admin/organizations", "/admin/merges"):
        someone.opens(path).is_content()
    someone.opens("/admin/people?q=example").is_content()
    gone, stays = someone.page.eval_on_selector_all("main tbody tr", OTHERS)[:2]
    someone.opens(gone)
    main.locator("a[href$='/merge']").click()
    someone.page.wait_for_url("**/merge")
    someone.is_content()
    main.locator("input[name=into]").fill(stays.rsplit("/", 1)[1])
    someone.sends(main.locator("form"))
    someone.is_content()
    for reason in ("El mismo pasaporte.", "Son dos hermanas."):
        main.locator("input[name=reason]").fill(reason)
        someone.sends(main.locator("form"))
        assert "/admin/merges/" in someone.page.url
        someone.is_content()
    assert main.get_by_text("Son dos hermanas.").count() == 1
