"""What a page can do, `/api/v1` can do: each deed of a page stands beside its JSON routes."""

import ast
import inspect
import tomllib
from functools import lru_cache
from pathlib import Path

from apiflask import APIFlask

from tests.architecture.permissions_table import routes

TABLE = tomllib.loads(Path(__file__).with_name("deeds.toml").read_text(encoding="utf-8"))
DEEDS: dict[str, list[str]] = TABLE["deeds"]
WITHOUT: dict[str, str] = TABLE["without"]
# Deeds whose page and routes take different verbs of the same services, and why.
BY_OTHER_VERBS = {
    "POST /sign-in": "a cookie for a browser, a token for a program",
    "POST /sign-in/code": "a browser does it in two steps, a program in one",
    "POST /coordinate/activities/<activity_ref>/places": "a page adds a rule, a program sends all rules",
    "POST /coordinate/activities/<activity_ref>/places/rules/<rule_ref>/remove": "the same list, without one rule",
    "POST /coordinate/activities/<activity_ref>/places/waiting": "three settings of those that PATCH changes",
    "POST /invitations/<token>": "a form keeps what is written on the way, a program sends all at once",
    "POST /teach/class-sessions/<class_session_ref>/marks": "one key leaves minutes and note, a program says all three",
}


def is_page(name: str) -> bool:
    return not name.split(" ", 1)[1].startswith("/api/")


def test_every_deed_of_a_page_has_its_json_routes_or_a_reason(app: APIFlask) -> None:
    deeds = {name for name in routes(app) if is_page(name) and not name.startswith("GET ")}
    assert deeds - DEEDS.keys() - WITHOUT.keys() == set(), "give these a JSON route, and a row in deeds.toml"
    assert (DEEDS.keys() | WITHOUT.keys()) - deeds == set(), "no page does these any more"


def test_every_json_route_named_beside_a_deed_is_there(app: APIFlask) -> None:
    there = {name for name in routes(app) if not is_page(name)}
    assert {route for named in DEEDS.values() for route in named} - there == set()
    assert [deed for deed, named in DEEDS.items() if not named] == []


def test_exceptions_are_few_and_have_a_reason() -> None:
    assert len(WITHOUT) <= 3
    assert all(len(reason) > 40 for reason in WITHOUT.values())
    assert DEEDS.keys() & WITHOUT.keys() == set()


def test_a_page_and_its_routes_do_it_through_the_same_service(app: APIFlask) -> None:
    apart = []
    for deed, named in DEEDS.items():
        here, there = verbs_of(app, deed), set().union(*(verbs_of(app, route) for route in named))
        if deed not in BY_OTHER_VERBS and not here & there:
            apart.append(f"{deed} calls {sorted(here)}, its routes call {sorted(there)}")
    assert apart == []


def verbs_of(app: APIFlask, name: str) -> set[str]:
    """Return the names that a view takes from a service, itself or through what its own file defines."""
    view = inspect.unwrap(app.view_functions[routes(app)[name].endpoint])
    defined = definitions(inspect.getsourcefile(view) or "")
    verbs: set[str] = set()
    seen, waiting = set(), [view.__name__]
    while waiting:
        if (one := waiting.pop()) in seen or one not in defined:
            continue
        seen.add(one)
        for node in ast.walk(defined[one]):
            if isinstance(node, ast.Name):
                waiting.append(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "service":
                verbs.add(node.attr)
    return verbs


@lru_cache
def definitions(file: str) -> dict[str, ast.AST]:
    """Return the functions and tables that a file defines, by name."""
    found: dict[str, ast.AST] = {}
    for node in ast.parse(Path(file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return found
