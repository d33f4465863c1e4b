"""Anybody's Markdown as a design: sections, tables, endpoints, entities, diagrams, with spans.

Nothing is demanded of the document. What is not recognised stays as it is, in place.
"""

from lld_agent.template.reader.design import read_design
from lld_agent.template.reader.marks import wanted_neighbours
from lld_agent.template.reader.rewrite import rewrite

__all__ = ["read_design", "rewrite", "wanted_neighbours"]
