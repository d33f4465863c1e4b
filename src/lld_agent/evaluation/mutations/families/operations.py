"""Defects of operation, models, requirements and wording: MU51, MU52, MU63, MU133 to MU150."""

import re
from collections import Counter
from collections.abc import Iterator

from lld_agent.evaluation.mutations.base import Edit, Kind, Operator, Patch, Sites
from lld_agent.evaluation.mutations.builders import (
    blank,
    both,
    filled,
    matching,
    set_property,
    substitute,
    write,
)
from lld_agent.evaluation.mutations.nodes import (
    rows,
    section_heading,
    whole_lines,
    written,
)
from lld_agent.model.design import Design
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import (
    Benchmark,
    ComponentError,
    Dependency,
    DeploymentStage,
    EdgeCase,
    GuardrailCheck,
    InputRule,
    ModelParameter,
    OutputFilter,
    PipelineStage,
    RollbackScenario,
    RoutingRule,
    Signal,
    TechnicalDebt,
    TokenLimit,
)

_ID = re.compile(r"(?<![\w-])(?P<prefix>[A-Z]{2,5})-(?P<number>\d{1,3})(?![\w-])")


_NO_REQUIREMENT = {"SHA", "AES", "TLS", "RFC", "UTF", "ISO", "RSA", "HTTP", "ADR"}


def _debt(design: Design) -> Iterator[Edit]:
    """Owe a signal that the table of signals has."""
    debts = [row for row in rows(design, TechnicalDebt) if row.table >= 0]
    for row in rows(design, Signal):
        if debts and row["tool"].text:
            end = whole_lines(design, debts[-1].span).end
            line = f"| Add {row.key.text.casefold()} to the service | Medium | 3 days | OPS-77 |\n"
            yield Edit((Patch(Span(end, end), line),), (row.span,))


def _dropping_migration(design: Design) -> Iterator[Edit]:
    for found in re.finditer(r"(?m)^- Zero-downtime: .*$", design.source.text):
        text = "- Zero-downtime: YES — ALTER TABLE accounts DROP COLUMN legacy_code"
        yield Edit((Patch(Span(found.start(), found.end()), text),))


def _doubled(design: Design) -> Iterator[Edit]:
    """Multiply the number of accelerators by the degree of parallelism, or do not divide by it."""
    for block in design.blocks:
        found = re.search(
            r"(?m)^.*(?:gpu|accelerator)\w*\s*=\s*ceil\([^\n]*", block.text, re.IGNORECASE
        )
        if found is None:
            continue
        start = block.text_span.start + found.start()
        new = found[0].replace(" / tensor_parallel)", ")").replace(" / 2)", ")")
        if new == found[0] and "tensor_parallel" not in new:
            new = f"{new.rstrip()} * tensor_parallel"
        if new != found[0]:
            span = Span(start, start + len(found[0]))
            yield Edit((Patch(span, new),), (section_heading(design, block.span),))


def _split(design: Design) -> Iterator[Edit]:
    """Split a model over three accelerators wherever its degree of parallelism is given."""
    patches = [
        written(row["default"], "3")
        for row in rows(design, ModelParameter)
        if row.key.text == "tensor_parallel" and re.fullmatch(r"\d+", row["default"].text)
    ]
    said = [
        Patch(Span(found.start(), found.end()), "3")
        for found in re.finditer(r"(?<=tensor_parallel = )\d+", design.source.text)
    ]
    if patches:
        yield Edit((*patches, *said), (), ("attention heads", "accelerators", "GPUs"))


def _formula(pattern: str, new: str) -> Sites:
    """Take a factor out of a formula in a fence."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def sites(design: Design) -> Iterator[Edit]:
        for block in design.blocks:
            found = compiled.search(block.text) if block.kind.value == "fence" else None
            if found:
                start = block.text_span.start + found.start()
                patch = Patch(Span(start, start + len(found[0])), found.expand(new))
                yield Edit((patch,), (section_heading(design, block.span),))

    return sites


def _uncited(design: Design) -> Iterator[Edit]:
    """Cite another requirement wherever one is cited."""
    count = Counter((f["prefix"], f["number"]) for f in _ID.finditer(design.source.text))
    families = Counter(prefix for prefix, _ in count)
    if re.search(r"[A-Z]{2,5}-\d+ (?:to|bis|-|–|至) [A-Z]{2,5}-\d+", design.source.text):
        return  # a range cites them all
    for prefix, number in count:
        others = [n for p, n in count if p == prefix and n != number]
        if families[prefix] > 4 and others:
            spans = [
                Span(f.start("number"), f.end("number"))
                for f in _ID.finditer(design.source.text)
                if (f["prefix"], f["number"]) == (prefix, number)
            ]
            patches = tuple(Patch(span, others[0]) for span in spans)
            yield Edit(patches, tuple(s.heading_span for s in design.sections[:6]), ("equirement",))


def _invented(design: Design) -> Iterator[Edit]:
    """Cite a requirement that does not exist, once."""
    families = Counter(f["prefix"] for f in _ID.finditer(design.source.text))
    for found in _ID.finditer(design.source.text):
        if families[found["prefix"]] > 6 and found["prefix"] not in _NO_REQUIREMENT:
            yield Edit((Patch(Span(found.start("number"), found.end("number")), "97"),))


def _absolute(design: Design) -> Iterator[Edit]:
    names = [row.key.text for row in rows(design, Dependency)]
    for section in design.sections:
        if section.slot.startswith("context.") and "ssumption" in section.title:
            for block in design.blocks[section.first : section.last]:
                for item in block.items[:1] if names else ():
                    line = whole_lines(design, item.span)
                    text = f"- {names[0]} is always available\n"
                    yield Edit((Patch(Span(line.end, line.end), text),), (), (names[0],))


def _vague(kind: type, field: str, text: str) -> Sites:
    return write(kind, field, text, filled(field))


def _catch_all_gone(design: Design) -> Iterator[Edit]:
    for row in rows(design, RoutingRule):
        if re.search(
            r"otherwise|default|all other|any other|else|sonst|其他",
            row["condition"].text,
            re.IGNORECASE,
        ):
            yield Edit(
                (Patch(whole_lines(design, row.span), ""),),
                (
                    section_heading(design, row.span),
                    *(r.span for r in rows(design, RoutingRule) if r is not row),
                ),
            )


OPERATORS = (
    Operator("MU51", "count accelerators twice", "ml", ("AIM001",), _doubled, also=("AIM003",)),
    Operator(
        "MU51b",
        "leave the layers out of the cache formula",
        "ml",
        ("AIM002",),
        _formula(r"(kv|cache)([^\n]*?)\s*[*×x]\s*(?:num_|n_)?(?:hidden_)?layers?", r"\1\2"),
        also=("AIM003",),
    ),
    Operator(
        "MU51c",
        "leave the factor 2 out of the cache formula",
        "ml",
        ("AIM002",),
        _formula(r"((?:kv|cache)[^\n=]*=\s*)2\s*[*×x]\s*([^\n=]*=\s*)2\s*[*×x]\s*", r"\1\2"),
        also=("AIM003",),
    ),
    Operator(
        "MU52",
        "split a model over three accelerators",
        "ml",
        ("AIM004",),
        _split,
        everywhere=True,
        also=("AIM003", "CFG008", "TXT003"),
    ),
    Operator(
        "MU52b",
        "let input and output exceed the context",
        "ml",
        ("AIM005",),
        substitute(
            ModelParameter,
            "default",
            r"\d[\d,]*",
            "512",
            matching("parameter", r"max_model_len|context"),
        ),
        also=("CFG008", "TXT003"),
    ),
    Operator(
        "MU133",
        "blank what happens at the limit of tokens",
        "ml",
        ("AIM006",),
        blank(TokenLimit, "enforcement"),
    ),
    Operator(
        "MU134",
        "blank what a failed check leads to",
        "ml",
        ("AIM007",),
        blank(GuardrailCheck, "action"),
        also=("STR004",),
    ),
    Operator(
        "MU134c", "blank what a filter answers", "ml", ("AIM007",), blank(OutputFilter, "response")
    ),
    Operator(
        "MU135",
        "blank whether a stage of a rollout can be undone",
        "ml",
        ("AIM008",),
        blank(DeploymentStage, "rollback_point"),
    ),
    Operator(
        "MU135b",
        "blank what a stage of a rollout checks",
        "ml",
        ("AIM008",),
        blank(DeploymentStage, "validation"),
    ),
    Operator(
        "MU136",
        "let an answer take longer than the timeout",
        "ml",
        ("AIM009",),
        substitute(
            Benchmark,
            "target",
            r"\d+(?:\.\d+)? ?m?s",
            "4 s",
            matching("metric", r"TPOT|per output token|each further"),
        ),
    ),
    Operator(
        "MU137", "delete the route for all other requests", "ml", ("AIM010",), _catch_all_gone
    ),
    Operator(
        "MU138",
        "count a memory that is given nowhere",
        "ml",
        ("AIM003",),
        _formula(r"(memory = [^\n=]*?overhead)", r"\1 + activation_peak"),
    ),
    Operator(
        "MU139",
        "blank how a deployment is undone",
        "operations",
        ("OPS001",),
        blank(
            PipelineStage,
            "rollback",
            both(filled("rollback"), matching("stage", r"deploy|release|ausroll|部署")),
        ),
    ),
    Operator(
        "MU140",
        "blank how one notices that a rollback is needed",
        "operations",
        ("OPS002",),
        blank(RollbackScenario, "detection"),
    ),
    Operator(
        "MU140b",
        "notice by monitoring that a rollback is needed",
        "operations",
        ("OPS002",),
        write(RollbackScenario, "detection", "Monitoring", filled("detection")),
    ),
    Operator(
        "MU141",
        "name no readiness probe",
        "operations",
        ("OPS003",),
        set_property("Health Checks", r", ?Readiness: \S+", ""),
    ),
    Operator(
        "MU141b",
        "use one probe for both",
        "operations",
        ("OPS003",),
        set_property("Health Checks", r"(Liveness: )(\S+)(, Readiness: )\S+", r"\1\2\3\2"),
    ),
    Operator(
        "MU142",
        "run whatever image is the latest",
        "operations",
        ("OPS004",),
        set_property("Base Image", r"^(`?[\w./-]+).*$", r"\1:latest"),
    ),
    Operator(
        "MU143b",
        "drop a column in a migration without downtime",
        "operations",
        ("OPS005", "DAT011"),
        _dropping_migration,
    ),
    Operator("MU63", "owe a signal that is there", "operations", ("OPS006",), _debt, Kind.EITHER),
    Operator(
        "MU144",
        "cite another requirement wherever one is cited",
        "traceability",
        ("REQ002",),
        _uncited,
        everywhere=True,
        also=("API006",),
    ),
    Operator(
        "MU145", "cite a requirement that does not exist", "traceability", ("REQ002",), _invented
    ),
    Operator(
        "MU146", "assume that a dependency is always there", "failure", ("REQ005",), _absolute
    ),
    Operator(
        "MU147",
        "handle an error as appropriate",
        "wording",
        ("TXT001",),
        _vague(ComponentError, "response", "Handled properly"),
        also=("TST003", "TST006"),
    ),
    Operator(
        "MU147b",
        "recover as needed",
        "wording",
        ("TXT001",),
        _vague(ComponentError, "recovery", "Retries as needed where possible"),
        also=("ERR013",),
    ),
    Operator(
        "MU147c",
        "behave as appropriate in an edge case",
        "wording",
        ("TXT001",),
        _vague(EdgeCase, "behavior", "Takes appropriate action"),
        also=("TST001",),
    ),
    Operator(
        "MU148",
        "let a list of checks end in etc.",
        "wording",
        ("TXT004",),
        write(InputRule, "rules", "Length, characters, format, etc.", filled("rules")),
        also=("SEC013",),
    ),
)
