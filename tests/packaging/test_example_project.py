"""The example project is installed as its reader would install it, and does what its README says.

The venv is fresh but borrows third-party packages from the one that runs the tests, so that no network is needed. The
arena itself is built from the tree and installed into it as well.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "arena-small-games"
README = (EXAMPLE / "README.md").read_text()
COMMANDS = re.findall(r"^\$ (arena .*)$", README, re.MULTILINE)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs a command of the venv in an empty folder; returns what it printed."""
    place = tmp_path_factory.mktemp("newcomer")
    (place / "empty").mkdir()
    venv.create(place / "venv", with_pip=False, symlinks=True)
    borrow = Path(sysconfig.get_path("purelib", vars={"base": str(place / "venv")})) / "borrowed.pth"
    borrow.write_text(sysconfig.get_path("purelib") + "\n")  # a plain line: .pth files in there stay unread
    inside = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "ARENA_PLUGINS")}
    inside["PATH"] = f"{place / 'venv' / 'bin'}{os.pathsep}{inside['PATH']}"

    def run(*command):
        program = str(place / "venv" / "bin" / command[0])
        done = subprocess.run(
            [program, *command[1:]], cwd=place / "empty", env=inside, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    # `--ignore-installed`: what is borrowed must not be uninstalled.
    offline = ["--no-deps", "--no-build-isolation", "--no-index", "--ignore-installed", "--disable-pip-version-check"]
    for project in (ROOT, EXAMPLE):
        run("python", "-m", "pip", "install", "--quiet", *offline, str(project))
    return run


def test_what_runs_is_what_was_installed(run):
    for module in ("arena", "small_games"):
        assert "newcomer" in run("python", "-c", f"import {module}; print({module}.__file__)")


def test_the_plugin_is_found_by_its_entry_point(run):
    version = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]["version"]
    plugins = {plugin["name"]: plugin for plugin in json.loads(run("arena", "plugins", "--json"))}
    found = plugins["small-games"]
    assert (found["state"], found["source"], found["version"]) == ("loaded", "entry point", version)
    assert found["hooks"] == ["register_agents", "register_games"]


def test_its_games_are_listed_with_what_they_offer(run):
    games = {game["id"]: game for game in json.loads(run("arena", "games", "--json"))}
    assert games["nim"]["plugin"] == games["kuhn"]["plugin"] == "small-games"
    assert games["nim"]["offers"] == ["model", "tree", "symmetries", "view"]
    assert games["kuhn"]["offers"] == ["model", "view"]


def test_its_agent_never_loses_from_the_first_seat(run):
    results = json.loads(run("arena", "play", "nim", "nim-perfect", "random", "--games", "20", "--json"))["results"]
    first = [result["returns"] for result in results if result["seats"][0] == "nim-perfect"]
    assert first == [[1.0, -1.0]] * 10


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_its_readme_run(run, command):
    assert run(*shlex.split(command)).strip()


def test_its_own_tests_pass(run, tmp_path):
    """From a copy of nothing but the tests, so that they test what was installed."""
    shutil.copytree(EXAMPLE / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    printed = run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path / "tests"))
    assert re.search(r"\d+ passed", printed)
    assert not re.search(r"failed|error|skipped", printed.splitlines()[-1])
