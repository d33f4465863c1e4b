"""Threats and tests as concepts: which attack a phrase is about."""

from lld_agent.language.lexicon import Lexicons


def concepts_of(text: str, lexicons: Lexicons) -> set[str]:
    """Return the concepts of `lexicons/controls.toml` whose phrases stand in a text."""
    return {key for key in lexicons.keys("controls") if lexicons.find("controls", key, text)}
