"""Optional parts: what must be installed for a command, and how to get it."""

from importlib.util import find_spec

from lld_agent.errors import UsageError


def require(extra: str, *modules: str) -> None:
    """Raise where a module of an extra is not installed.

    Raises:
        UsageError: says which extra to install.
    """
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        raise UsageError(
            f"this needs {', '.join(missing)}",
            f"install it with `pip install 'lld-agent[{extra}]'`",
        )
