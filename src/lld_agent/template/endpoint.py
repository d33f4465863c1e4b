"""The method and path that name an endpoint in both templates."""

import re
from typing import Annotated, Any

from pydantic import Field, model_validator

from lld_agent.model.canonical import Line, canonical_line
from lld_agent.template.kit import Elsewhere, Group

_METHOD = re.compile(r"([A-Z]{2,16})(?: (.*))?\Z")


def split_endpoint(text: str) -> tuple[str, str]:
    """Return method and path of `GET /users`; the method is "" when no word is one."""
    found = _METHOD.match(text)
    return (found[1], found[2] or "") if found else ("", text)


class EndpointGroup(Group):
    """A group that is named by a method and a path.

    A method that is no word of capitals becomes part of the path: what is written before the
    first blank is then what is read there.
    """

    method: Annotated[Line, Elsewhere()] = Field("", description="Method, for example POST")
    path: Annotated[Line, Elsewhere()] = Field("", description="Path, for example /users/{id}")

    @model_validator(mode="before")
    @classmethod
    def _split(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        method, path = (canonical_line(data.get(name, "")) for name in ("method", "path"))
        if not isinstance(method, str) or not isinstance(path, str):
            return data
        if method.isalpha() and method.isascii():
            method = method.upper()
        method, path = split_endpoint(f"{method} {path}".strip())
        return {**data, "method": method, "path": path}
