from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 300
# Tables, fixtures, the catalogue and migrations grow with the world, not with the code.
NO_LINE_LIMIT = ("/fixtures/", "/migrations/", "/tables.py", "_corpus.py")
SEEN_BY_CONNECTORS = ("hub.contract", "hub.text")
SEEN_BY_SANDBOX = (
    "hub.sandbox",
    "hub.text",
    "hub.clock",
    "hub.config",
    "hub.log",
    "hub.domain.business_calendar",
)
UNSEEN_BY_DOMAIN = (
    *("flask", "requests", "redis", "rq", "authlib", "sqlalchemy"),
    *("os", "time", "socket", "subprocess", "threading"),
)
# Written in parts, since the rule holds for this file too.
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("crates", "io"),
    )
)
EXEMPTION = re.compile(r"#\s*(noqa|type:\s*ignore)")
REASONED = re.compile(r"(noqa: [A-Z0-9, ]+|ignore\[[a-z, -]+\])\s+[-–—(#]+\s*\w")

Edge = tuple[str, str]


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in packages)


def strays(edges: set[Edge], *, importer: str, allowed: tuple[str, ...]) -> set[Edge]:
    """The imports of the hub that a room makes beyond what it may see."""
    return {
        (source, target)
        for source, target in edges
        if within(source, (importer,))
        and within(target, ("hub",))
        and not within(target, allowed)
    }


def touches(
    edges: set[Edge], *, importer: str, forbidden: tuple[str, ...]
) -> set[Edge]:
    """The imports that a room makes of something it must not see."""
    return {
        (source, target)
        for source, target in edges
        if within(source, (importer,)) and within(target, forbidden)
    }


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def bare_exemptions(source: str) -> list[str]:
    """The comments that switch a check off without its code and a reason."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [
        token.string
        for token in tokens
        if token.type == tokenize.COMMENT
        and EXEMPTION.search(token.string)
        and not REASONED.search(token.string)
    ]


@pytest.fixture(scope="module")
def edges() -> set[Edge]:
    graph = grimp.build_graph(
        "hub", "connectors", include_external_packages=True, cache_dir=None
    )
    return {
        (source, target)
        for source in graph.modules
        for target in graph.find_modules_directly_imported_by(source)
    }


def test_a_connector_sees_the_contract_and_the_texts_only(edges):
    allowed = SEEN_BY_CONNECTORS
    assert not strays(edges, importer="connectors", allowed=allowed)


def test_an_import_of_a_new_room_by_a_connector_is_noticed():
    edge = ("connectors.specimen.push", "hub.new_room")
    assert strays({edge}, importer="connectors", allowed=SEEN_BY_CONNECTORS) == {edge}


def test_the_sandbox_reads_the_wire_from_its_own_tables(edges):
    assert not strays(edges, importer="hub.sandbox", allowed=SEEN_BY_SANDBOX)


def test_an_import_of_the_provider_by_the_sandbox_is_noticed():
    edge = ("hub.sandbox.app", "hub.provider.fields")
    assert strays({edge}, importer="hub.sandbox", allowed=SEEN_BY_SANDBOX) == {edge}


def test_the_domain_sees_no_framework_and_no_machine(edges):
    assert not touches(edges, importer="hub.domain", forbidden=UNSEEN_BY_DOMAIN)


def test_an_import_of_the_clock_by_the_domain_is_noticed():
    edge = ("hub.domain.plan", "time")
    found = touches({edge}, importer="hub.domain", forbidden=UNSEEN_BY_DOMAIN)
    assert found == {edge}


def test_the_hub_imports_no_connector(edges):
    assert not touches(edges, importer="hub", forbidden=("connectors",))


def test_connectors_are_a_namespace_that_strangers_can_join():
    assert not (ROOT / "connectors" / "__init__.py").exists()


def test_nothing_is_named_like_the_package():
    assert not (ROOT / "hub.py").exists()


def test_no_file_is_longer_than_a_person_reads():
    too_long = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked("*.py")
        if not any(part in f"/{name_of(path)}" for part in NO_LINE_LIMIT)
    }
    assert {name: n for name, n in too_long.items() if n > LONGEST_FILE} == {}


def test_the_locks_name_no_address():
    assert [name_of(p) for p in tracked("req/*.txt") if "://" in p.read_text()] == []


def test_no_tracked_file_names_a_registry():
    found = [
        (name_of(path), host)
        for path in tracked()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes()
    ]
    assert found == []


def test_every_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "req" / "runtime.txt").read_text(encoding="utf-8")
    names = [re.split(r"[\[<>=; ]", d)[0] for d in project["project"]["dependencies"]]
    assert [name for name in names if f"\n{name}==" not in f"\n{lock}"] == []


def test_every_exemption_carries_its_reason():
    found = {
        name_of(path): bare
        for path in tracked("*.py")
        if (bare := bare_exemptions(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("comment", "bare"),
    [
        ("# noqa", True),
        ("# noqa: S101", True),
        ("# type: ignore[misc]", True),
        ("# noqa: S101 (the sandbox is local)", False),
        ("# type: ignore[misc]  # rq is untyped", False),
    ],
)
def test_an_exemption_without_a_reason_is_noticed(comment, bare):
    assert bool(bare_exemptions(f"x = 1  {comment}\n")) is bare


@pytest.mark.parametrize(
    ("message", "fits"),
    [
        ("plan: Ask again when the answer is unknown.", True),
        ("generic_webhook: Sign what we push back.\n\nBecause shops ask.", True),
        ("Revert the last change", True),
        ("plan: ask again.", False),
        ("plan: Ask again", False),
        ("Ask again.", False),
        (f"plan: A{'a' * 70}.", False),
        ("", False),
    ],
)
def test_the_commit_hook_knows_the_form(tmp_path, message, fits):
    path = tmp_path / "message"
    path.write_text(message, encoding="utf-8")
    hook = ROOT / ".ci" / "commit-msg"
    done = subprocess.run(
        [sys.executable, hook, path], check=False, capture_output=True
    )
    assert (done.returncode == 0) is fits
