"""Folders, modules and registrations that a test makes and that are gone after it."""

import importlib
import sys

import pettingzoo
import pytest

from arena import UsageError, load_game


@pytest.fixture
def refused():
    """What is said, in one line, of a game that cannot be had."""

    def refused(text):
        with pytest.raises(UsageError) as caught:
            load_game(text)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return refused


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to work in; what is imported from it is forgotten."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    importlib.invalidate_caches()
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(tmp_path) in str(sys.modules[name].__file__):
            del sys.modules[name]


@pytest.fixture
def module(folder):
    """Writes a module into the current folder."""

    def write(name, text):
        (folder / f"{name}.py").write_text(text)
        importlib.invalidate_caches()

    return write


@pytest.fixture
def pz_register():
    """`pettingzoo.register`, undone after the test."""
    known = pettingzoo.aec_registry.copy(), pettingzoo.parallel_registry.copy()
    yield pettingzoo.register
    for now, before in zip((pettingzoo.aec_registry, pettingzoo.parallel_registry), known, strict=True):
        now.clear()
        now.update(before)
