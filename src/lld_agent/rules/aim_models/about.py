"""Whether a table is about language models: headers such as Check or Condition are used for anything."""

import re

from lld_agent.model.design import Design
from lld_agent.model.rows import ReadRow

_MODELS = re.compile(
    r"\b(?:LLMs?|SLMs?|models?|prompts?|guard-?rails?|inference|completions?|hallucinat\w+|jailbreak\w*|tokens?|GPUs?"
    r"|embeddings?|RAG|Modelle?n?|modelos?|提示词|模型)\b|模型",
    re.IGNORECASE,
)
_ROUTING = re.compile(r"rout(?:e|ing)|roteamento|enrutamiento|路由", re.IGNORECASE)
_SECTION = "machine_learning"


def is_about_models(design: Design, row: ReadRow) -> bool:
    """Return whether the section of a row speaks of language models, or the template says so."""
    if row.slot.startswith(_SECTION):
        return True
    section = design.section_at(row.span)
    about = _ROUTING.search(section.title) or _MODELS.search(design.source.slice(section.span))
    return about is not None
