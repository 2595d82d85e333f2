"""Settings: a frozen dataclass per agent is the only place where a parameter is declared, bounded and explained.

A plain dataclass works as it stands; `setting` adds a range and a line of help:

    @dataclass(frozen=True)
    class Config:
        simulations: int = setting(100, low=1, help="simulations per move")
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from arena.errors import UsageError, did_you_mean

T = TypeVar("T")

_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def setting(default: Any, *, low: float | None = None, high: float | None = None, help: str = "") -> Any:
    """A dataclass field with an inclusive range [`low`, `high`] and a line of `help`."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high, "help": help})


def make_config(cls: type[T], settings: Mapping[str, Any], owner: str) -> T:
    """An instance of the dataclass `cls` with `settings` (values or texts) laid over its defaults.

    `owner` names the agent or game in errors. Raises UsageError for an unknown name, a value of the wrong type,
    or one out of range.
    """
    known = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]  # T is a dataclass
    hints = typing.get_type_hints(cls)
    values = {}
    for name, value in settings.items():
        if name not in known:
            offer = ", ".join(known) or "none"
            raise UsageError(f"{owner} has no setting {name!r}.{did_you_mean(name, known)} Its settings: {offer}")
        values[name] = _checked(owner, known[name], convert(value, hints[name], f"{owner}: setting {name!r}"))
    try:
        return cls(**values)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{owner}: {error}") from error


def convert(value: Any, hint: Any, where: str) -> Any:
    """`value`, when it is a text, read as the type `hint` (int, float, bool, str, or a union with None)."""
    choices = typing.get_args(hint) if isinstance(hint, types.UnionType) or typing.get_origin(hint) else (hint,)
    if not isinstance(value, str):
        return _converted_value(value, choices, where)
    if type(None) in choices and value.lower() == "none":
        return None
    for choice in choices:
        if choice is not type(None):
            return _read(value, choice, where)
    raise UsageError(f"{where} cannot be set from a text")


def _converted_value(value: Any, choices: tuple[Any, ...], where: str) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and float in choices and int not in choices:
        return float(value)
    plain = tuple(choice for choice in choices if isinstance(choice, type))
    wrong_bool = isinstance(value, bool) and bool not in plain
    if plain and (wrong_bool or not isinstance(value, plain)):
        raise UsageError(f"{where} must be {_names(plain)}, not {value!r}")
    return value


def _names(choices: tuple[type, ...]) -> str:
    return " or ".join("none" if choice is type(None) else choice.__name__ for choice in choices)


def _read(text: str, choice: Any, where: str) -> Any:
    if choice not in (bool, int, float, str):
        raise UsageError(f"{where} cannot be set from a text: its type is {getattr(choice, '__name__', choice)}")
    if choice is bool:
        if text.lower() not in _WORDS:
            raise UsageError(f"{where} must be true or false, not {text!r}")
        return _WORDS[text.lower()]
    try:
        return choice(text)
    except (TypeError, ValueError):
        raise UsageError(f"{where} must be {getattr(choice, '__name__', choice)}, not {text!r}") from None


def _checked(owner: str, field: dataclasses.Field[Any], value: Any) -> Any:
    low, high = field.metadata.get("low"), field.metadata.get("high")
    if value is None or isinstance(value, str | bool):
        return value
    inside = math.isfinite(value) and (low is None or value >= low) and (high is None or value <= high)
    if not inside:
        raise UsageError(f"{owner}: setting {field.name!r} must be {bounds(low, high)}, not {value!r}")
    return value


def bounds(low: float | None, high: float | None) -> str:
    """The range as words: `at least 1`, `at most 5`, `from 0 to 1`."""
    if low is not None and high is not None:
        return f"from {low:g} to {high:g}"
    return f"at least {low:g}" if low is not None else f"at most {high:g}" if high is not None else "a finite number"
