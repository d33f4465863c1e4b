"""A contract asked for many routes answers as one look at every endpoint would."""

from hypothesis import given
from hypothesis import strategies as st

from lld_agent.model.design import Endpoint
from lld_agent.model.source import Span
from lld_agent.rules.routes import Contract, Route, find, normal_path

NOWHERE = Span(0, 0)
PATHS = st.lists(st.sampled_from(["a", "b", "{id}", ":id", "v1", ""]), max_size=4).map(
    lambda parts: "/" + "/".join(parts)
)
METHODS = st.sampled_from(["GET", "POST"])


def slowly(route: Route, endpoints: list[Endpoint]) -> set[str]:
    """Return the paths a route may mean: the same, else those of which one is the other's end."""
    wanted = normal_path(route.path)
    known = {normal_path(e.path) for e in endpoints if e.method == route.method}
    if wanted in known:
        return {wanted}
    return {
        path
        for path in known - {"/"}
        if wanted != "/" and (path.endswith(wanted) or wanted.endswith(path))
    }


@given(st.lists(st.tuples(METHODS, PATHS), max_size=6), METHODS, PATHS)
def test_a_contract_finds_what_comparing_all_would(
    declared: list[tuple[str, str]], method: str, path: str
) -> None:
    endpoints = [Endpoint(m, p, "heading", NOWHERE) for m, p in declared]
    route = Route(method, path, NOWHERE, "")
    expected = slowly(route, endpoints)
    found = Contract(tuple(endpoints)).find(route)
    assert found == find(route, tuple(endpoints))
    if len(expected) == 1:
        assert found is not None
        assert normal_path(found.path) == expected.pop()
    else:
        assert found is None
