"""Threats and tests as concepts: which attack a phrase is about."""

from lld_agent.language.lexicon import Lexicons


def concepts_of(text: str, lexicons: Lexicons) -> set[str]:
    """Return the concepts of `controls.toml` and `attacks.toml` whose phrases stand in a text."""
    return {
        f"{name}.{key}"
        for name in ("controls", "attacks")
        for key in lexicons.keys(name)
        if lexicons.find(name, key, text)
    }
