"""What becomes a design or a brief: files, folders, standard input, with words for bad input."""

from lld_agent.sources.brief import load_brief
from lld_agent.sources.design import load_design
from lld_agent.sources.discover import discover
from lld_agent.sources.load import load_bytes, load_path

__all__ = ["discover", "load_brief", "load_bytes", "load_design", "load_path"]
