"""Runs commands as a user would, from an empty folder."""

import json
from dataclasses import dataclass

import pytest

from arena.cli import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def arena(capsys, tmp_path, monkeypatch):
    """Runs `arena ARGUMENTS` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARENA_STORE", raising=False)

    def run(*arguments):
        capsys.readouterr()
        code = main.run([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return Outcome(code, shown.out, shown.err)

    return run


@pytest.fixture
def fails(arena):
    """Runs a command that must fail with one line on stderr, nothing on stdout and no traceback."""

    def run(code, *arguments):
        outcome = arena(*arguments)
        assert (outcome.code, outcome.out) == (code, ""), outcome
        assert outcome.err.count("\n") == 1, outcome.err
        assert outcome.err.startswith("error: ")
        return outcome.err

    return run
