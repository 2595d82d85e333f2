"""Which agents and games there are: what the plugins offer, by id."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import logging
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from arena.agent import AgentSpec, why_not
from arena.errors import BrokenPluginError, UsageError, did_you_mean
from arena.game import Game
from arena.plugins import PluginInfo, Plugins, load_all, load_dotted

_log = logging.getLogger("arena")

Offer = TypeVar("Offer", AgentSpec, Game)


@dataclass(frozen=True)
class Registered(Generic[Offer]):
    """An agent or a game and the plugin it comes from."""

    offer: Offer
    plugin: PluginInfo


class Registry:
    """All agents and games of a set of plugins. The first plugin that offers an id keeps it; built-ins come first."""

    def __init__(self, plugins: Plugins) -> None:
        self.plugins = plugins
        self.agents: dict[str, Registered[AgentSpec]] = {}
        self.games: dict[str, Registered[Game]] = {}
        self._collect("register_agents", AgentSpec, self.agents, "agent")
        self._collect("register_games", Game, self.games, "game")

    def _collect(self, hook: str, kind: type[Offer], into: dict[str, Registered[Offer]], word: str) -> None:
        for info, offers in self.plugins.call(hook):
            try:
                _take(info, _all_of(offers, kind, hook), into, word)
            except Exception as error:
                info.fail(error)

    def agent(self, agent_id: str) -> Registered[AgentSpec]:
        """The agent of that id. Raises UsageError when there is none."""
        return self._find(agent_id, self.agents, "agent")

    def game(self, game_id: str) -> Registered[Game]:
        """The game of that id. Raises UsageError when there is none."""
        return self._find(game_id, self.games, "game")

    def adopt(self, game: Game) -> Game:
        """Takes in a game that no plugin offers, under its id."""
        info = PluginInfo(game.id.partition("/")[0].partition(":")[0], "", "foreign")
        return self.games.setdefault(game.id, Registered(game, info)).offer

    def _find(self, name: str, known: dict[str, Registered[Offer]], word: str) -> Registered[Offer]:
        if name in known:
            return known[name]
        hint = did_you_mean(name, known)
        raise UsageError(f"no {word} {name!r}.{hint} See 'arena {word}s'.{self._broken_hint()}")

    def _broken_hint(self) -> str:
        broken = [info.name for info in self.plugins.infos.values() if info.state == "broken"]
        return f" (A broken plugin may offer it: {', '.join(broken)}; see 'arena doctor'.)" if broken else ""

    def resolve(self, registered: Registered[AgentSpec], part: str) -> Any:
        """`make`, `config` or `learner` of a spec, imported when it is a text.

        Raises BrokenPluginError when the import fails: the plugin is there, but cannot be used.
        """
        value = getattr(registered.offer, part)
        try:
            found = load_dotted(value) if isinstance(value, str) else value
        except (Exception, SystemExit) as error:
            raise broken(registered, f"{part} {value!r} cannot be imported", error) from error
        if part == "config" and not dataclasses.is_dataclass(found):
            raise broken(registered, f"config {value!r} is no dataclass", TypeError("a dataclass was expected"))
        return found


def _all_of(offers: Any, kind: type[Offer], hook: str) -> Iterable[Offer]:
    if not isinstance(offers, list | tuple) or not all(isinstance(offer, kind) for offer in offers):
        raise TypeError(f"{hook} must return a list of {kind.__name__}, not {offers!r}")
    return offers


def _take(info: PluginInfo, offers: Iterable[Offer], into: dict[str, Registered[Offer]], word: str) -> None:
    for offer in offers:
        if not offer.id or set(offer.id) & set(" :,()="):
            raise ValueError(f"{word} id {offer.id!r} is empty or holds one of the characters ' :,()='")
        if offer.id in into:
            owner = into[offer.id].plugin.label
            raise ValueError(
                f"{word} id {offer.id!r} is already taken by plugin {owner!r}; plugin {info.label!r} offers it again"
            )
        into[offer.id] = Registered(offer, info)


_extra: list[str] = []


def use_plugins(names: Iterable[str]) -> None:
    """Adds plugins (`--plugin`) to those the process loads; they count from the next `registry()` on."""
    _extra.extend(name for name in names if name not in _extra)
    registry.cache_clear()


def fit(registered: Registered[AgentSpec], game: Game) -> str | None:
    """`why_not` of an agent; a `supports` that raises is a broken plugin. Raises BrokenPluginError."""
    usable(game)
    try:
        return why_not(registered.offer, game)
    except (Exception, SystemExit) as error:
        raise broken(registered, f"supports({game.key}) raised", error) from error


def usable(game: Game) -> Game:
    """The game, once its env was made and its spaces read. Raises BrokenPluginError where they cannot be."""
    try:
        _ = game.n_players
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        raise broken(registry().game(game.id), f"the env of {game.key} cannot be made", error) from error
    return game


def extra_plugins() -> tuple[str, ...]:
    """The plugins that were added with `--plugin`, as they were named."""
    return tuple(_extra)


@functools.cache
def registry() -> Registry:
    """The registry of this process, made at the first call. What plugins print meanwhile goes to stderr."""
    with contextlib.redirect_stdout(sys.stderr):
        return Registry(load_all(tuple(_extra)))


def notify(hook: str, **arguments: Any) -> None:
    """Calls `hook` of every plugin that has it; one that raises is called no more, and said so once."""
    infos = registry().plugins.infos.values()
    sound = [info for info in infos if info.state != "broken"]
    for _ in registry().plugins.call(hook, **arguments):
        pass
    for info in sound:
        if info.state == "broken":
            _log.warning("plugin %r failed in %s and is called no more: %s", info.label, hook, info.error)


def broken(registered: Registered[Any], what: str, error: BaseException) -> BrokenPluginError:
    """Marks the plugin of an offer as broken; the error that says so."""
    registered.plugin.fail(error)
    kind = "agent" if isinstance(registered.offer, AgentSpec) else "game"
    cause = " ".join(f"{type(error).__name__}: {error}".split())
    return BrokenPluginError(
        f"{kind} {registered.offer.id!r}: plugin {registered.plugin.label!r} is broken: {what} ({cause}). "
        "See 'arena doctor'."
    )
