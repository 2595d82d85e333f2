"""`arena games`, `arena agents`, `arena plugins`: what there is, and what each needs and offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena.cli.common import Json
from arena.plugins import BUILTINS

if TYPE_CHECKING:
    from arena.agent import AgentSpec
    from arena.game import Game
    from arena.registry import Registered

games = typer.Typer(add_completion=False, rich_markup_mode=None)
agents = typer.Typer(add_completion=False, rich_markup_mode=None)
plugins = typer.Typer(add_completion=False, rich_markup_mode=None)

_FACTS = ("perfect_information", "simultaneous", "stochastic", "zero_sum", "cooperative")


@games.command()
def list_games(as_json: Json = False) -> None:
    """List the games."""
    from arena.cli.output import print_json, print_table
    from arena.registry import registry

    rows = [row for registered in registry().games.values() if (row := _guarded(_game_row, registered))]
    _say_what_is_missing()
    if as_json:
        return print_json(rows)
    return print_table(
        ["game", ">players", ">actions", "what it is", "offers", "options"],
        [
            (
                _origin(row),
                row["n_players"],
                row["n_actions"],
                ", ".join(fact.replace("_", " ") for fact in _FACTS if row[fact]),
                ", ".join(row["offers"]),
                _pairs(row["options"]),
            )
            for row in rows
        ],
    )


def _origin(row: dict[str, Any]) -> str:
    """The id, with the plugin that it comes from unless it is built in."""
    return row["id"] if row["plugin"] in BUILTINS else f"{row['id']}\n({row['plugin']})"


def _pairs(values: dict[str, Any]) -> str:
    """Settings as they are typed, one per line."""
    return "\n".join(f"{name}={str(value).lower()}" for name, value in values.items())


def _guarded(row: Callable[[Any], dict[str, Any]], registered: Registered[Any]) -> dict[str, Any] | None:
    """The row, or None where it cannot be made: packages are missing, or the plugin is broken. The listing goes on."""
    from arena.cli.output import remark
    from arena.errors import UsageError
    from arena.registry import broken

    try:
        return row(registered)
    except UsageError as error:
        remark(str(error))
        return None
    except (Exception, SystemExit) as error:
        broken(registered, "it cannot be listed", error)
        return None


def _say_what_is_missing() -> None:
    from arena.cli.output import remark
    from arena.registry import registry

    for info in registry().plugins.infos.values():
        if info.state == "broken":
            remark(f"plugin {info.label} is broken and may offer more: {info.error}; see 'arena doctor'")


def _game_row(registered: Registered[Game]) -> dict[str, Any]:
    game = registered.offer
    offers = {"model": game.has_model, "tree": game.tree_maker, "symmetries": game.symmetries, "view": game.view}
    return {
        "id": game.id,
        "version": game.version,
        "n_players": game.n_players,
        "n_actions": game.n_actions if game.discrete else None,
        "env_id": game.env_id,
        **{fact: getattr(game, fact) for fact in _FACTS},
        "return_range": list(game.return_range),
        "max_plies": game.max_plies,
        "offers": [name for name, offered in offers.items() if offered],
        "options": dict(game.options),
        "plugin": registered.plugin.name,
    }


@agents.command()
def list_agents(
    game: Annotated[str | None, typer.Option("--game", help="Say which of them can play this game.")] = None,
    as_json: Json = False,
) -> None:
    """List the agents."""
    from arena.cli.output import print_json, print_table
    from arena.entrants import load_game
    from arena.registry import registry

    chosen = load_game(game) if game else None
    offers = registry().agents.values()
    rows = [row for registered in offers if (row := _guarded(lambda one: _agent_row(one, chosen), registered))]
    _say_what_is_missing()
    if as_json:
        return print_json(rows)
    last = f"plays {chosen.key}" if chosen else ""
    return print_table(
        ["agent", "what it is", "settings", last],
        [(_origin(row), row["summary"], _pairs(row["settings"]), _last_cell(row, chosen)) for row in rows],
    )


def _last_cell(row: dict[str, Any], game: Game | None) -> str:
    """Whether it plays the game that was asked for; without one, whether it learns."""
    if game is not None:
        return row["cannot_play"] or "yes"
    return "learns" if row["learner"] else ""


def _agent_row(registered: Registered[AgentSpec], game: Game | None) -> dict[str, Any]:
    from arena.registry import fit

    spec = registered.offer
    row = {
        "id": spec.id,
        "summary": spec.summary,
        "learner": spec.learner is not None,
        "needs": list(spec.needs),
        "tags": list(spec.tags),
        "settings": _settings(registered),
        "plugin": registered.plugin.name,
    }
    return row | {"cannot_play": fit(registered, game)} if game else row


def _settings(registered: Registered[AgentSpec]) -> dict[str, Any]:
    """Names and defaults."""
    import dataclasses

    from arena.registry import registry

    config = registry().resolve(registered, "config")
    return {field.name: field.default for field in dataclasses.fields(config)}


@plugins.command()
def list_plugins(as_json: Json = False) -> None:
    """List the plugins and say which are broken."""
    from arena.cli.output import print_json, print_table, remark
    from arena.registry import registry

    infos = registry().plugins.infos.values()
    rows = [
        {
            "name": info.name,
            "version": info.version,
            "source": info.source,
            "hooks": info.hooks,
            "state": info.state,
            "error": info.error,
        }
        for info in infos
    ]
    if as_json:
        return print_json(rows)
    print_table(
        ["plugin", "version", "source", "hooks", "state", "error"],
        [(*list(row.values())[:3], ", ".join(row["hooks"]), row["state"], row["error"]) for row in rows],
    )
    if any(info.state == "broken" for info in infos):
        remark("tracebacks of broken plugins: arena doctor")
    return None
