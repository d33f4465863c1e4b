"""All operators, by family."""

from fnmatch import fnmatchcase

from lld_agent.errors import UsageError
from lld_agent.evaluation.mutations.base import Operator
from lld_agent.evaluation.mutations.families import (
    api,
    configuration,
    data,
    equivalent,
    flows,
    numbers,
    operations,
    reading,
    resilience,
    security,
    structure,
    testing,
)

FAMILIES = (
    api,
    data,
    flows,
    resilience,
    security,
    configuration,
    numbers,
    testing,
    operations,
    structure,
    reading,
    equivalent,
)

OPERATORS: tuple[Operator, ...] = tuple(
    operator for family in FAMILIES for operator in family.OPERATORS
)


def named(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids that patterns (`MU01`, `MU4*`) name, in order; none for none.

    Raises:
        UsageError: a pattern names no operator.
    """
    for pattern in patterns:
        if not any(fnmatchcase(operator.id, pattern) for operator in OPERATORS):
            known = f"{OPERATORS[0].id} to {OPERATORS[-1].id}"
            raise UsageError(
                f"no operator is called {pattern!r}", f"there are {known}; MU4* is a pattern"
            )
    return tuple(
        operator.id
        for operator in OPERATORS
        if any(fnmatchcase(operator.id, pattern) for pattern in patterns)
    )
