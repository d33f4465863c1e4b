"""What comes from outside: values, addresses, answers, files, messages (T03, T12, T15-T17)."""

import re

from lld_agent.language.methods import is_called_back
from lld_agent.model.design import Endpoint
from lld_agent.model.threats import Boundary, Ground
from lld_agent.threats.facts import Facts, fields_of, on, parameters_of
from lld_agent.threats.prerequisites.common import WRITES

_FETCHED = re.compile(
    r"(?:source|remote|import|feed|download|fetch|image|file|document|repo|repository)_(?:url|uri)",
    re.IGNORECASE,
)
_FETCHES = re.compile(
    r"\b(?:fetch\w*|download\w*|crawl\w*|retriev\w*|calls? (?:back|the)|POSTs? to)\b", re.IGNORECASE
)
_UPLOAD = re.compile(
    r"multipart|/uploads?(?:/|$)|/attachments?(?:/|$)|/import(?:/|$)|\bfile upload\b", re.IGNORECASE
)
_FILE_FIELD = re.compile(
    r"file|files|attachment|attachments|document_file|image_file|upload", re.IGNORECASE
)
_CONSUMES = re.compile(
    r"\b(?:consum(?:er|ers|es|e|ing)|subscrib(?:er|es|e|ing)|subscriptions?|listens? (?:to|on)|event handler)\b",
    re.IGNORECASE,
)
_WEBHOOK = re.compile(r"/(?:webhooks?|hooks?|callbacks?)(?:/|$)", re.IGNORECASE)


def injection(facts: Facts) -> Ground | None:
    """T03."""
    outside = [
        e for e in facts.endpoints if fields_of(e) or parameters_of(e.path) or e.method in WRITES
    ]
    stores = [
        s
        for s in facts.stores("store")
        if not re.search(r"s3|minio|blob|bucket|object", s.name, re.IGNORECASE)
    ]
    if not outside or not stores:
        return None
    return on(
        stores[0], outside[0].span, "values from outside reach its queries", Boundary.INTERNET
    )


def ssrf(facts: Facts) -> Ground | None:
    """T12."""
    fetches = facts.told.stated.search(_FETCHES) is not None

    def taken(name: str) -> bool:
        sure = fetches or "hook" in name or "callback" in name
        return sure and (is_called_back(name) or _FETCHED.fullmatch(name) is not None)

    found = [
        e for e in facts.endpoints
        if any(map(taken, fields_of(e)))
        and e.method in WRITES
    ]  # fmt: skip
    return facts.ground(found, "takes an address that the server calls")


def untrusted_upstream(facts: Facts) -> Ground | None:
    """T15."""
    flows = [f for f in facts.flows(Boundary.THIRD_PARTY) if f.source in _own(facts)]
    if not flows:
        return None
    return Ground(
        flows[0].target,
        flows[0].span,
        "is a third party whose answers are used",
        (flows[0].name, flows[0].target),
        Boundary.THIRD_PARTY,
        more=len(flows) - 1,
    )


def _own(facts: Facts) -> frozenset[str]:
    return frozenset(e.name for e in facts.model.elements if e.kind.value == "process")


def malicious_file(facts: Facts) -> Ground | None:
    """T16."""
    found = [e for e in facts.endpoints if e.method in WRITES and _takes_files(e)]
    return facts.ground(found, "takes files")


def _takes_files(endpoint: Endpoint) -> bool:
    told = f"{endpoint.path} {endpoint.request.raw[:2000]}"
    return _UPLOAD.search(told) is not None or any(map(_FILE_FIELD.fullmatch, fields_of(endpoint)))


def message_forgery(facts: Facts) -> Ground | None:
    """T17."""
    hooks = [e for e in facts.endpoints if e.method == "POST" and _WEBHOOK.search(e.path)]
    if hooks:
        return facts.ground(hooks, "takes messages from others")
    queues = facts.stores("queue")
    span = facts.told.stated.search(_CONSUMES) if queues else None
    return on(queues[0], span, "is consumed", Boundary.PEER) if span else None
