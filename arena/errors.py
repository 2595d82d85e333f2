"""The errors a user may meet: one line that says what is wrong, where, and what to do next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ArenaError(Exception):
    """Something failed that a user can understand and act on; the command ends with `exit_code` 1."""

    exit_code = 1


class UsageError(ArenaError):
    """The user asked for something that cannot be: a wrong name, number or combination; `exit_code` 2."""

    exit_code = 2


class BrokenPluginError(ArenaError):
    """A plugin was found but cannot be used."""


class Unavailable(ArenaError):  # noqa: N818  # it is no error of anybody here
    """For agents to raise: a service they depend on does not answer. The match is void and will be played again."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The sentence ` Did you mean 'x'?` for the closest of `known`, or an empty string when none is close."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""
