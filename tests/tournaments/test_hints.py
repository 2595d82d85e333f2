import shlex

import pytest

from arena import registry
from tournaments.hints import hint, how_to_resume
from tournaments.store import Store


class Named:
    """A store that was named by this text."""

    def __init__(self, text):
        self.text = text

    options = Store.options


@pytest.fixture(autouse=True)
def _no_plugins(monkeypatch):
    monkeypatch.setattr(registry, "_extra", [])


def test_the_default_store_needs_no_option():
    assert how_to_resume("go on with", Named("sqlite:///arena.db"), "1a2b") == (
        "go on with: arena tournament resume 1a2b"
    )


@pytest.mark.parametrize("text", ["results.db", "my results.db", "it's; rm -rf.db", "postgresql://me@host/db?a=1&b=2"])
def test_a_store_is_named_as_the_user_did_and_safe_to_paste(text):
    said = hint("see", Named(text), "leaderboard", "rps:max_cycles=3")
    assert said.startswith("see: ")
    assert shlex.split(said[5:]) == ["arena", "leaderboard", "rps:max_cycles=3", "--store", text]


@pytest.mark.parametrize("text", ["postgresql://me:geheim@host/db", "postgresql://host/db?password=geheim"])
def test_a_password_is_never_repeated(text, monkeypatch):
    said = how_to_resume("go on with", Named(text), "1a2b")
    assert said == "go on with (with the same --store): arena tournament resume 1a2b"
    monkeypatch.setenv("ARENA_STORE", text)
    assert how_to_resume("go on with", Named(text), "1a2b") == "go on with: arena tournament resume 1a2b"


def test_plugins_are_named_again(monkeypatch):
    monkeypatch.setattr(registry, "_extra", ["my agents/softmax.py", "other:plugin"])
    said = how_to_resume("go on with", Named("sqlite:///arena.db"), "1a2b")
    assert said.endswith("resume 1a2b --plugin 'my agents/softmax.py' --plugin other:plugin")
