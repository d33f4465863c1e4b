"""The templates of threats, from data/templates.toml."""

import tomllib
from functools import cache
from importlib.resources import files

from lld_agent.model.threats import Stride, ThreatTemplate


@cache
def templates() -> tuple[ThreatTemplate, ...]:
    """Return all templates, in the order of the file."""
    text = files("lld_agent.threats").joinpath("data/templates.toml").read_text(encoding="utf-8")
    return tuple(
        ThreatTemplate(
            id=key,
            title=given["title"],
            stride=tuple(map(Stride, given["stride"])),
            owasp=tuple(given["owasp"]),
            cwe=tuple(given["cwe"]),
            needs=given["needs"],
            concepts=tuple(given["concepts"]),
            controls=tuple(given["controls"]),
            likelihood=given["likelihood"],
            impact=given["impact"],
            mitigation=given["mitigation"],
        )
        for key, given in tomllib.loads(text).items()
    )
