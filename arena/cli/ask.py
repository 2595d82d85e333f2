"""`arena ask`: what would an entrant play in a position, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena.cli.common import Json, Seed, stdout_for_results
from arena.limits import check_seed

if TYPE_CHECKING:
    from arena.agent import Agent, Decision
    from arena.game import Game
    from arena.match import Match
    from arena.turn import Turn

ask = typer.Typer(add_completion=False, rich_markup_mode=None)


@ask.command()
def ask_entrant(
    game: Annotated[str, typer.Argument(help="A game: see 'arena games'.")],
    entrant: Annotated[str, typer.Argument(help="Who is asked: mcts, runs/ttt-q, ...")],
    moves: Annotated[str, typer.Option("--moves", help="The moves so far, by number or name: 4,0 or b2,a1.")] = "",
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Ask an entrant what it would play, and why."""
    from arena.cli.output import print_json
    from arena.entrants import load_agent, load_game

    check_seed(seed)
    loaded = load_game(game)
    match = _match_after(loaded, moves, seed)
    with stdout_for_results():
        answer, turn = _answer(match, load_agent(entrant, loaded), seed)
    if as_json:
        return print_json(answer)
    return _show(turn, answer)


def _match_after(game: Game, moves: str, seed: int) -> Match:
    """The match after a text of moves, each a number or a name."""
    from arena.errors import UsageError
    from arena.python import match_after

    played: list[int] = []
    for text in filter(None, (part.strip() for part in moves.split(","))):
        try:
            played.append(match_after(game, played, seed).turn.parse(text))
        except ValueError as error:
            raise UsageError(f"--moves: {error}") from error
    return match_after(game, played, seed)


def _answer(match: Match, agent: Agent, seed: int) -> tuple[dict[str, Any], Turn]:
    """What the agent answers, held against the same rules as in a match, and the turn it answered to."""
    from arena.agent import Decision
    from arena.errors import ArenaError
    from arena.match import described

    turn, twin = match.turn, _again(match)
    agent.reset(seat=turn.seat, seed=seed)
    try:
        move = agent.act(turn)
    except Exception as error:
        raise ArenaError(f"the agent failed: {described(error)}") from error
    decision = move if isinstance(move, Decision) else Decision(move)
    twin.play(move)
    resigns = isinstance(move, Decision) and move.action is None
    if twin.offenders and not resigns:
        raise ArenaError(f"the agent gave no answer that counts here: {twin.cause}")
    action = None if resigns else twin.position.history[-1][1]
    value, note = (None, {}) if resigns else twin.last_thoughts
    answer = {
        "action": action,
        "name": None if action is None else turn.name(action),
        "policy": _policy(agent, turn, decision),
        "value": value,
        "note": dict(note),
        "optimal": _optimal(match.game, turn),
    }
    return answer, turn


def _again(match: Match) -> Match:
    """A second match at the same place: the first keeps its turn for the agent."""
    from arena.python import match_after

    return match_after(match.game, [action for _, action in match.position.history], match.seed)


def _policy(agent: Agent, turn: Turn, decision: Decision) -> list[float] | None:
    from arena.agent import HasPolicy

    if decision.policy is not None:
        return [float(share) for share in decision.policy]
    return [float(share) for share in agent.policy([turn])[0]] if isinstance(agent, HasPolicy) else None


def _optimal(game: Game, turn: Turn) -> list[int] | None:
    """The actions that lose nothing, where the game is small enough to be solved."""
    tree = game.tree
    if tree is None:
        return None
    from arena.trees import optimal_actions, solve

    return optimal_actions(tree, tree.node_of(turn.history), solve(tree))


def _show(turn: Turn, answer: dict[str, Any]) -> None:
    import numpy as np

    from arena.cli.output import print_table

    typer.echo(turn.text)
    policy, optimal = answer["policy"], answer["optimal"]
    rows = []
    for action in np.flatnonzero(turn.legal).tolist():
        share = policy[action] if policy else float(action == answer["action"])
        best = "" if optimal is None else "optimal" if action in optimal else "loses something"
        rows.append((f"{turn.name(action)} ({action})", f"{share:.1%}", "#" * round(20 * share), best))
    print_table(["move", ">share", "", "exact truth" if optimal is not None else ""], rows)
    if answer["action"] is None:
        return typer.echo("It resigns.")
    value = "" if answer["value"] is None else f", expecting {answer['value']:+.2f}"
    note = "".join(f"; {name}: {text}" for name, text in answer["note"].items())
    return typer.echo(f"It plays {answer['name']} ({answer['action']}){value}{note}.")
