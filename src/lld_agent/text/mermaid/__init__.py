"""Mermaid text as typed diagrams, and typed rows as Mermaid text."""

from lld_agent.text.mermaid.read import read_diagram
from lld_agent.text.mermaid.sniff import sniff

__all__ = ["read_diagram", "sniff"]
