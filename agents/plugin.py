"""The built-in agents. Texts instead of classes: listing them imports none of them."""

from arena import AgentSpec, hookimpl

_SEARCH = ("discrete", "perfect_information", "model")


@hookimpl
def register_agents() -> list[AgentSpec]:
    """The built-in agents."""
    return [
        AgentSpec(
            "random",
            make="agents.simple:RandomAgent",
            config="agents.simple:NoConfig",
            summary="any legal action, all equally likely",
        ),
        AgentSpec(
            "first",
            make="agents.simple:FirstAgent",
            config="agents.simple:NoConfig",
            summary="the legal action of the lowest number",
        ),
        AgentSpec(
            "greedy",
            make="agents.greedy:GreedyAgent",
            config="agents.simple:NoConfig",
            needs=_SEARCH,
            summary="wins at once if it can, else keeps the others from winning at once, else random",
        ),
        AgentSpec(
            "minimax",
            make="agents.minimax:MinimaxAgent",
            config="agents.minimax:Config",
            needs=(*_SEARCH, "two_players", "zero_sum"),
            summary="alpha-beta with a transposition table; exact where it reaches the end",
            tags=("search",),
        ),
        AgentSpec(
            "mcts",
            make="agents.mcts:MctsAgent",
            config="agents.mcts:Config",
            needs=_SEARCH,
            summary="Monte Carlo tree search (UCT) with random play-outs",
            tags=("search",),
        ),
        AgentSpec(
            "human",
            make="agents.human:HumanAgent",
            config="agents.simple:NoConfig",
            summary="you, at the terminal",
            tags=("interactive",),
            reproducible=False,
        ),
        AgentSpec(
            "q-learning",
            make="agents.q_learning:QAgent",
            config="agents.q_learning:Config",
            learner="agents.q_learning:QLearner",
            needs=(*_SEARCH, "two_players", "zero_sum"),
            summary="tabular Q-learning by self-play, with afterstates and symmetries",
            tags=("learner",),
        ),
    ]
