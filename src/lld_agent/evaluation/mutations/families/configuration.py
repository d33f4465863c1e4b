"""Defects of configuration: MU43, MU44, MU104 to MU109."""

import re
from collections.abc import Iterator

from lld_agent.evaluation.mutations.base import Edit, Operator, Patch
from lld_agent.evaluation.mutations.builders import both, filled, matching, substitute, write
from lld_agent.evaluation.mutations.nodes import names_elsewhere, removable, removal, rows, table_of
from lld_agent.model.design import Design
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import EnvironmentDifference, EnvVar, Secret

_SENSITIVE = r"SECRET|PASSWORD|TOKEN(?!_)|_KEY$|CREDENTIAL|PRIVATE"


def _declaration_gone(design: Design) -> Iterator[Edit]:
    for row in rows(design, EnvVar):
        name = row["variable"].text
        if (
            removable(design, row)
            and names_elsewhere(design, name, row.span)
            and not _said_with_value(design, name)
        ):
            yield removal(design, row, (name,))


def _said_with_value(design: Design, name: str) -> bool:
    """Return whether a sentence names the variable with its value: that declares it as well."""
    return re.search(rf"`{re.escape(name)}` ?[=(]", design.source.text) is not None


def _is_sensitive(design: Design, row: ReadRow) -> bool:
    del design
    return row["sensitive"].text.casefold() in {"yes", "ja", "是"}


def _secret_gone(design: Design) -> Iterator[Edit]:
    """Remove the line of a secret that a sensitive variable reads."""
    for row in rows(design, Secret):
        words = set(re.findall(r"[a-z]{3,}", row.key.text.casefold().replace("_", " ")))
        near = [
            v
            for v in rows(design, EnvVar)
            if _is_sensitive(design, v) and words & set(v["variable"].text.casefold().split("_"))
        ]
        if near and removable(design, row):
            edit = removal(design, row)
            yield Edit(edit.patches, (*edit.near, *(v.span for v in near)))


def _unit_gone(design: Design) -> Iterator[Edit]:
    """Take the unit out of a variable's description, where its name has none."""
    unit = re.compile(
        r"(?:,? in | )?\b(?:milli)?seconds?\b|(?<=\d) ?m?s\b|\bminutes?\b", re.IGNORECASE
    )
    for row in rows(design, EnvVar):
        name = row["variable"].text
        if re.search(r"TIMEOUT|TTL|INTERVAL|PERIOD", name) and not re.search(
            r"_(?:MS|SECONDS|S|SEC|MINUTES|HOURS|DAYS)$", name
        ):
            found = unit.search(design.source.slice(row["description"].span))
            table = table_of(design, row)
            if found and table:
                start = row["description"].span.start + found.start()
                span = Span(start, start + len(found[0]))
                yield Edit((Patch(span, ""),), (table.span,))


def _twice(design: Design, row: ReadRow) -> bool:
    """Return whether another line names the variable with its default."""
    name, default = row["variable"].text, row["default"].text
    number = design.source.line_of(row.span.start) - 1
    return any(
        name in line and re.search(rf"(?<!\d){re.escape(default)}(?!\d)", line)
        for n, line in enumerate(design.source.lines)
        if n != number
    )


OPERATORS = (
    Operator(
        "MU43",
        "delete the declaration of a variable that is used",
        "configuration",
        ("CFG001",),
        _declaration_gone,
        also=("CFG008", "API009", "DAT013", "PRF005", "CFG004", "ERR005", "SEC004", "ERR006"),
    ),
    Operator(
        "MU44",
        "give a secret a literal default",
        "configuration",
        ("CFG002",),
        write(EnvVar, "default", "sunflower-42", matching("variable", _SENSITIVE)),
        also=("CFG006", "SEC016"),
    ),
    Operator(
        "MU44b",
        "mark a secret as not sensitive",
        "configuration",
        ("CFG003",),
        write(EnvVar, "sensitive", "No", both(_is_sensitive, matching("variable", _SENSITIVE))),
        also=("CFG004",),
    ),
    Operator(
        "MU104",
        "delete the line of a secret",
        "configuration",
        ("CFG004",),
        _secret_gone,
        also=("SEC004",),
    ),
    Operator(
        "MU105",
        "let a secret never change",
        "configuration",
        ("CFG005",),
        write(Secret, "rotation", "Never", filled("rotation")),
        also=("SEC004",),
    ),
    Operator(
        "MU106",
        "let everybody read a secret",
        "configuration",
        ("CFG005",),
        write(Secret, "access", "All services", filled("access")),
    ),
    Operator(
        "MU107",
        "require a variable that has a default",
        "configuration",
        ("CFG006",),
        write(
            EnvVar,
            "required",
            "Yes",
            both(matching("required", r"^(?:no|nein|否)"), matching("default", r"\w")),
        ),
    ),
    Operator(
        "MU108",
        "let production be guarded less",
        "configuration",
        ("CFG009",),
        write(
            EnvironmentDifference,
            "production",
            "Off",
            matching("aspect", r"tls|rate limit|auth|audit|backup|encrypt"),
        ),
    ),
    Operator(
        "MU108b",
        "log everything in production",
        "configuration",
        ("CFG009",),
        write(EnvironmentDifference, "production", "DEBUG", matching("aspect", r"log")),
    ),
    Operator(
        "MU109b", "leave out the unit of a duration", "configuration", ("CFG007",), _unit_gone
    ),
    Operator(
        "MU109",
        "change the default of a variable in one place",
        "configuration",
        ("CFG008", "API009", "DAT013", "TXT003"),
        substitute(EnvVar, "default", r"\d+", "977", _twice),
        also=("ERR005", "ERR006", "PRF005", "PRF007", "PRF008"),
    ),
)
