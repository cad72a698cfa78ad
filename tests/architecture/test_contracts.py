"""The contracts of import-linter cover every file of every room: none is forgotten because it is new."""

import ast
import fnmatch
import tomllib
from pathlib import Path
from typing import Any

from ilpes_lms.config import ROOT

PACKAGE = ROOT / "ilpes_lms"
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
# What speaks HTTP, or is called by those who do, may know all of the web.
DOORS = {"wiring", "serving", "pages", "routes", "tasks", "cli", "panels", "forms", "schemas", "sign_in", "provider"}
BELOW = next(contract for contract in CONTRACTS if contract["name"].startswith("What works below the words"))
# They hold no room's feature: what rooms stand on.
FOUNDATIONS = {"web", "core"}


def rooms() -> list[Path]:
    return [p for p in PACKAGE.iterdir() if (p / "__init__.py").exists() and p.name not in FOUNDATIONS]


def chambers() -> list[Path]:
    """Return the parts of rooms that have a room's files of their own, in an order of their own."""
    named = {name for contract in CONTRACTS for name in contract.get("containers", []) if name.count(".") > 1}
    return [PACKAGE.parent / name.replace(".", "/") for name in sorted(named)]


def files_of(room: Path) -> set[str]:
    """Return the files and folders of code that a room consists of, its chambers left out."""
    folders = {p.parent.name for p in room.glob("*/__init__.py") if p.parent not in chambers()}
    return folders | {p.stem for p in room.glob("*.py") if p.stem != "__init__"}


def test_every_room_has_its_files_in_an_order_that_leaves_none_out() -> None:
    layered = {
        container
        for contract in CONTRACTS
        if contract["type"] == "layers" and contract.get("exhaustive") and not contract.get("exhaustive_ignores")
        for container in contract["containers"]
    }
    assert {f"ilpes_lms.{room.name}" for room in rooms()} - layered == set()


def test_every_file_that_is_no_door_is_kept_from_the_web_by_a_contract() -> None:
    patterns = [p for contract in CONTRACTS if contract["type"] == "forbidden" for p in contract["source_modules"]]
    free = {
        module
        for room in [*rooms(), *chambers()]
        for name in files_of(room) - DOORS
        if not any(_matches(module := f"{'.'.join(room.relative_to(ROOT).parts)}.{name}", p) for p in patterns)
    }
    assert free == set(), "name these in the contract about the web that fits them"


def _matches(module: str, pattern: str) -> bool:
    # A star stands for one name, as in the contracts themselves.
    parts, stars = module.split("."), pattern.split(".")
    return len(parts) == len(stars) and all(map(fnmatch.fnmatchcase, parts, stars))


def test_the_contracts_name_every_way_to_speak_http() -> None:
    for contract in CONTRACTS:
        if contract["type"] == "forbidden":
            assert {"apiflask", "flask_login", "flask_wtf", "wtforms", "werkzeug"} <= set(contract["forbidden_modules"])


def test_registers_take_no_more_of_flask_than_the_application() -> None:
    """Exceptions from the contract may know which application runs, but neither its request nor its addresses."""
    excepted = [rule.split(" -> ")[0] for rule in BELOW["ignore_imports"] if rule.endswith("-> flask")]
    assert excepted
    for module in excepted:
        tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text())
        taken = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "flask"
            for alias in node.names
        }
        assert taken <= {"Flask", "current_app"}, module
        assert not any(isinstance(n, ast.Import) and any(a.name == "flask" for a in n.names) for n in ast.walk(tree))
