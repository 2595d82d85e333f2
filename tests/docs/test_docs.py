"""What README and docs show is run: every `console` block line by line, every `python` block as a script."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = ("git clone", "make ", "cd ")  # the set-up itself; continuous integration runs it


def blocks(language):
    return [
        pytest.param(page, match[2], id=f"{page.name}-{number}")
        for page in PAGES
        for number, match in enumerate(BLOCK.finditer(page.read_text()))
        if match[1] == language
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for all blocks, so that a later block may use what an earlier one made."""
    place = tmp_path_factory.mktemp("docs")
    for page in PAGES:
        for match in BLOCK.finditer(page.read_text()):
            code = match[2]
            name = re.match(r"# (\w+\.py)", code)
            if match[1] == "python" and name:
                (place / name[1]).write_text(code)
    return place


def run(command, folder):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "ARENA_PLUGINS": ""}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=200)


@pytest.mark.parametrize(("page", "code"), blocks("console"))
def test_commands_run(page, code, folder):
    lines = [line.removeprefix("$ ").partition("  #")[0] for line in code.splitlines() if line.startswith("$ ")]
    assert lines, f"{page.name}: a console block without commands"
    for line in lines:
        if line.startswith(NOT_RUN):
            continue
        done = run(shlex.split(line), folder)
        assert done.returncode == 0, f"{page.name}: {line}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize(("page", "code"), blocks("python"))
def test_python_runs(page, code, folder):
    done = run([sys.executable, "-c", code], folder)
    assert done.returncode == 0, f"{page.name}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_placeholder_was_forgotten(page):
    text = BLOCK.sub("", page.read_text())
    left = set(re.findall(r"\b[A-Z]{2,}_[A-Z_]+\b", text)) - {"ARENA_PLUGINS", "ARENA_STORE"}
    assert not left, left


def test_the_readme_shows_the_example_as_it_is():
    example = (ROOT / "examples" / "softmax.py").read_text()
    assert f"# softmax.py\n{example}" in (ROOT / "README.md").read_text()


def test_the_readmes_leaderboard_looks_like_a_real_one(folder):
    command = ["arena", "tournament", "run", "tictactoe", "random", "first", "--rounds", "3", "--store", "look.db"]
    printed = [line.split() for line in run(command, folder).stdout.splitlines()]
    shown = [line.split() for line in (ROOT / "README.md").read_text().splitlines()]
    header = next(words for words in printed if words[:1] == ["rank"])
    assert header in [[word for word in words if word != "distinct"] for words in shown] or header in shown


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 75


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
