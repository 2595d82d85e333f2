"""What is shipped, and what the set-up promises."""

import importlib.metadata
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = ("arena", "agents", "games", "tournaments")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = out.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_the_four_packages_typed_and_nothing_else(wheel):
    names = wheel.namelist()
    assert {name.split("/")[0] for name in names} == {
        *PACKAGES,
        f"game_ai_arena-{PROJECT['project']['version']}.dist-info",
    }
    for package in PACKAGES:
        assert f"{package}/py.typed" in names
        sources = {str(path.relative_to(ROOT)) for path in (ROOT / package).rglob("*.py")}
        assert sources <= set(names)


def test_the_wheel_carries_commands_and_licence(wheel):
    entry_points = wheel.read(next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))).decode()
    assert "arena = arena.cli.main:main" in entry_points
    assert "tournament = tournaments.cli:tournament" in entry_points
    assert any(name.endswith("LICENSE") for name in wheel.namelist())


def test_the_core_asks_for_few_packages():
    names = {text.split(">")[0].split("=")[0].split("[")[0] for text in PROJECT["project"]["dependencies"]}
    assert names == {
        *("pettingzoo", "pygame-ce", "gymnasium", "numpy", "torch", "pluggy", "typer", "rich"),
        *("sqlalchemy", "numba", "scipy", "safetensors", "platformdirs"),
    }


def test_elo_is_an_extra_for_it_cannot_be_built_without_help():
    assert PROJECT["project"]["optional-dependencies"]["elo"] == ["elo==0.1.1"]
    assert "setuptools<58" in (ROOT / "build-constraints.txt").read_text()


def test_the_pinned_torch_is_one_the_project_accepts():
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert pins == ["torch==2.13.0"]


def test_the_installed_version_is_the_one_of_the_sources():
    assert importlib.metadata.version("game-ai-arena") == PROJECT["project"]["version"]


@pytest.mark.parametrize(
    "script", [*sorted((ROOT / "scripts").glob("*.sh")), ROOT / ".ci" / "run"], ids=lambda p: p.name
)
def test_scripts_are_sound_shell_and_can_be_run(script):
    assert subprocess.run(["bash", "-n", script], capture_output=True).returncode == 0
    assert script.stat().st_mode & 0o111
    assert "set -euo pipefail" in script.read_text()


def test_what_the_arena_makes_is_ignored_by_git():
    made = ["runs/x/run.json", "arena.db", "arena.db-wal", ".venv/bin/python", "ratings.png"]
    done = subprocess.run(["git", "check-ignore", *made], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == made


def test_no_module_of_the_core_pickles():
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text()
            assert "import pickle" not in text, path
            assert "torch.load" not in text, path
            assert "allow_pickle=True" not in text, path


def test_random_numbers_come_from_generators():
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            assert "np.random.seed" not in path.read_text(), path
            assert "import random" not in path.read_text(), path
