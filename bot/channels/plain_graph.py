"""Runs Rasa's prediction graph node after node, without a task scheduler.

Rasa's own runner hands the graph to dask for each message: it copies the schema, orders the tasks anew and keeps their state,
three times a message (once to understand, twice to decide). The order never changes, so it is found once. Measured with
`waymark bench chat`: about 1.5 ms of CPU a message. The nodes, their inputs and their errors are Rasa's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import rasa.core.processor
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage


class PlainGraphRunner(GraphRunner):
    """A graph runner for one process: each node once, after the nodes it needs."""

    def __init__(self, schema: GraphSchema, nodes: dict[str, GraphNode]) -> None:
        self._schema = schema
        self._nodes = nodes
        self._order_for = lru_cache(maxsize=8)(self._ordered)

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> PlainGraphRunner:
        """A runner with all nodes of the schema made."""
        return cls(
            graph_schema,
            {
                name: GraphNode.from_schema_node(name, node, model_storage, execution_context, hooks)
                for name, node in graph_schema.nodes.items()
            },
        )

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of `targets` by node name. `inputs` stand for nodes that are not in the schema."""
        wanted = tuple(targets or self._schema.target_names)
        found: dict[str, Any] = dict(inputs or {})
        for name, needs in self._order_for(wanted):
            found[name] = self._nodes[name](*((need, found[need]) for need in needs if need in found))[1]
        return {name: found[name] for name in wanted}

    def _ordered(self, targets: tuple[str, ...]) -> Sequence[tuple[str, tuple[str, ...]]]:
        """What the targets need, in an order in which every node comes after its needs."""
        order: dict[str, tuple[str, ...]] = {}

        def visit(name: str) -> None:
            if name in order or name not in self._schema.nodes:
                return
            needs = tuple(self._schema.nodes[name].needs.values())
            for need in needs:
                visit(need)
            order[name] = needs

        for target in targets:
            visit(target)
        return tuple(order.items())


def run_plainly() -> None:
    """Models that are loaded from now on for answering run on this runner."""
    rasa.core.processor.DaskGraphRunner = PlainGraphRunner
