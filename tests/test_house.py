"""The house itself: its sizes, its floors, its reasons, and that nothing in it is unused or left for later.

What the rooms do is tested in the files named after them.
"""

import ast
import re
import statistics
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from django.core.management import call_command
from importlinter.cli import lint_imports
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from enterprises.facts import GROUPS, Fact
from enterprises.kinds import KINDS
from enterprises.vocabulary import FACTS

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("enterprises", "policies", "lnsme")
TEXTS = {".py", ".html", ".css", ".js", ".md", ".txt", ".toml", ".yaml", ".svg"}
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
SETTINGS = tomllib.loads(PYPROJECT)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def files(*folders: str) -> list[Path]:
    """The project's own text files under these folders, and those at its top."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in TEXTS]
    return sorted({*found, *(path for path in ROOT.iterdir() if path.suffix in TEXTS and path.is_file())})


MODULES = [path for path in files(*PACKAGES) if path.suffix == ".py" and "migrations" not in path.parts]
TESTS = sorted((ROOT / "tests").rglob("*.py"))


# Sizes


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_has_two_rooms_in_it(path):
    assert lines(path) <= 400


@pytest.mark.parametrize("path", TESTS, ids=named)
def test_no_test_file_outgrows_two_rooms(path):
    assert lines(path) <= 800


def test_most_modules_are_small():
    sizes = [lines(path) for path in MODULES]
    large = {named(path): lines(path) for path in MODULES if lines(path) > 250}
    assert statistics.median(sizes) < 120
    assert len(large) <= len(sizes) / 10, large


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_function_is_long(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {node.name: size for node in functions if (size := node.end_lineno - node.lineno + 1) > 50}
    assert not long


# Order


def test_imports_go_one_way(capsys):
    broken = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert not broken, capsys.readouterr().out


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)


# Nothing unused, nothing for later


HOMES = [ROOT / "templates", *(ROOT / package / "templates" for package in PACKAGES)]
TEMPLATES = {one.relative_to(home).as_posix(): one for home in HOMES for one in home.rglob("*.*")}
BY_DJANGO = re.compile(r"admin/|(400|403|404|500)\.html$")


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not BY_DJANGO.match(name)])
def test_every_template_is_used(name):
    readers = {*MODULES, *TEMPLATES.values()} - {TEMPLATES[name]}
    quoted = re.compile(rf"""["']{re.escape(name)}["']""")
    assert any(quoted.search(path.read_text(encoding="utf-8")) for path in readers)


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
    found = [
        f"{named(path)}:{number}"
        for path in [*files(*PACKAGES, "tests", "templates", "static", "docs"), ROOT / ".ci" / "run"]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if later.search(line)
    ]
    assert not found


# Reasons and pins


def dependencies() -> list[str]:
    extras = SETTINGS["project"]["optional-dependencies"].values()
    listed = [*SETTINGS["project"]["dependencies"], *(one for extra in extras for one in extra)]
    return [one for one in listed if Requirement(one).name != SETTINGS["project"]["name"]]


def exceptions() -> list[str]:
    lint = SETTINGS["tool"]["ruff"]["lint"]
    contracts = SETTINGS["tool"]["importlinter"]["contracts"]
    ignored = [one for contract in contracts for one in contract.get("ignore_imports", [])]
    return [*lint["ignore"], *lint["per-file-ignores"], *ignored]


@pytest.mark.parametrize("entry", [*dependencies(), *exceptions()])
def test_every_dependency_and_exception_has_a_reason_beside_it(entry):
    beside = [line for line in PYPROJECT.splitlines() if line.strip().startswith(f'"{entry}"')]
    assert beside
    assert all(re.search(r"# \S.{9,}", line) for line in beside)


def pins() -> dict[str, str]:
    """Canonical name → version, of constraints.txt; anything but `name==version` fails."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = [re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)", row) for row in rows]
    assert all(found), [row for row, match in zip(rows, found, strict=True) if not match]
    return {canonicalize_name(match[1]): match[2] for match in found if match}


@pytest.mark.parametrize("entry", dependencies())
def test_every_dependency_is_pinned_within_its_range(entry):
    wanted = Requirement(entry)
    pinned = pins().get(canonicalize_name(wanted.name))
    assert pinned is not None
    assert wanted.specifier.contains(pinned)


# The one vocabulary


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_every_fact_is_named_in_chinese_and_has_its_place(fact):
    assert re.search(r"[\u4e00-\u9fff]", fact.label)
    assert fact.kind in KINDS
    assert fact.group in GROUPS
    assert inputs(fact) <= {*FACTS, "on"}
    assert bool(fact.needs) == fact.derived
    assert bool(fact.proof) != fact.derived


def test_no_fact_is_derived_from_itself():
    TopologicalSorter({name: inputs(fact) for name, fact in FACTS.items()}).prepare()


def test_there_is_enough_to_be_asked_about():
    assert len(FACTS.stated()) >= 45


def inputs(fact: Fact) -> set[str]:
    return {need.split("@")[0] for need in fact.needs}
