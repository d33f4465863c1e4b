"""Which template fits a brief, when nobody says."""

import re

from lld_agent.errors import UsageError
from lld_agent.model.brief import Brief
from lld_agent.template.registry import TEMPLATES, Template

_MODULE = re.compile(
    r"(?<!\w)(?:module|library|package|sdk|class(?:es)?|plug-?in|modul|bibliothek|klasse|módulo|"
    r"biblioteca|librería|clase|classe)(?!\w)|模块|类库|组件库",
    re.IGNORECASE,
)


def choose_template(brief: Brief, name: str) -> Template:
    """Return the template of that name; for `auto`, module when the title names one, else service.

    Raises:
        UsageError: there is no such template.
    """
    if name == "auto":
        return TEMPLATES["module" if _MODULE.search(brief.title) else "service"]
    if name not in TEMPLATES:
        known = ", ".join([*TEMPLATES, "auto"])
        raise UsageError(f"there is no template {name!r}", f"use one of: {known}")
    return TEMPLATES[name]
