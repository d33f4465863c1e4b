"""The prerequisites of the templates about language models.

They hold only where the design itself uses a model: a provider among its dependencies, a route that
prompts, or a variable with a provider's key. A section about machine learning alone says little: the
template has one in every document.
"""

import re

from lld_agent.model.design import Endpoint
from lld_agent.model.source import Span
from lld_agent.model.threats import Boundary, DataClass, ElementKind, Ground
from lld_agent.model.vocabulary import EnvVar
from lld_agent.threats.facts import Facts, fields_of, on

_ROUTE = re.compile(
    r"/(?:chat|completions?|generate|generations?|prompts?|ask|inference|embeddings?|assistant|agents?/run|rag)(?:/|$)",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"prompt|messages|question|user_message|user_input|instructions?", re.IGNORECASE
)
_KEY = re.compile(
    r"(?:OPENAI|ANTHROPIC|GEMINI|MISTRAL|COHERE|AZURE_OPENAI|LLM|HUGGING_?FACE|HF)_\w*",
    re.IGNORECASE,
)
_SUPPLY = re.compile(
    r"\b(?:download\w*|pull\w*|import\w*|fetch\w*|load\w*) (?:the |a |of )?(?:base |pretrained )?models?\b|\bmodel (?:download"
    r"|import|onboarding)\b|\bfine-?tun\w+|\bhugging ?face\b|\bdocument ingest\w*|\bingest\w* (?:of )?documents",
    re.IGNORECASE,
)
_OUTPUT = re.compile(
    r"\b(?:generated|llm|model)[- ](?:sql|code|query|command|script|html"
    r"|output (?:is|are) (?:executed|run|rendered|passed|sent to))\b"
    r"|\bexecut\w+ (?:the )?(?:generated|llm|model)\b|\btext[- ]to[- ]sql\b|\b(?:tool|function)[- ]call(?:s|ing)?\b",
    re.IGNORECASE,
)
_TOOLS = re.compile(
    r"\b(?:tool|function)[- ](?:call(?:s|ing)?|use)\b|\bavailable_tools\b|\btools used\b|\bagent tools?\b",
    re.IGNORECASE,
)
_VECTOR = re.compile(
    r"\b(?:qdrant|milvus|weaviate|pinecone|pgvector|chroma(?:db)?|vector (?:store|db|database|index))\b",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"\btenants?\b|\busers?\b|\bworkspaces?\b|\borgani[sz]ations?\b", re.IGNORECASE
)
_PROMPT = frozenset({DataClass.PROMPT})


def _prompting(facts: Facts) -> list[Endpoint]:
    """Return the endpoints whose text reaches a model."""
    routes = [e for e in facts.endpoints if _ROUTE.search(e.path) and e.method in {"POST", "GET"}]
    if routes:
        return [e for e in routes if any(map(_FIELD.fullmatch, fields_of(e)))] or routes
    return (
        [e for e in facts.endpoints if any(map(_FIELD.fullmatch, fields_of(e)))]
        if _uses(facts)
        else []
    )


def _uses(facts: Facts) -> Span | None:
    """Return the place that shows that the design uses a model, None if there is none."""
    provider = next((e for e in facts.model.elements if e.technology == "model"), None)
    if provider is not None:
        return provider.span
    keys = (
        row for row in facts.design.of(EnvVar) if _KEY.fullmatch(row["variable"].text.strip("` "))
    )
    return next((row.span for row in keys), None)


def prompt_injection(facts: Facts) -> Ground | None:
    """L01."""
    routes = [e for e in _prompting(facts) if not re.search(r"embedding", e.path, re.IGNORECASE)]
    return facts.ground(routes, "takes text that reaches a prompt", _PROMPT)


def prompt_leak(facts: Facts) -> Ground | None:
    """L02."""
    providers = [e for e in facts.model.of(ElementKind.EXTERNAL) if e.technology == "model"]
    if not providers or not _prompting(facts):
        return None
    return on(
        providers[0], providers[0].span, "gets what users write", Boundary.THIRD_PARTY, _PROMPT
    )


def model_supply(facts: Facts) -> Ground | None:
    """L03."""
    span = facts.told.stated.search(_SUPPLY)
    if span is None:
        return None
    subject = facts.told.stated.text[span.start : span.end]
    return Ground(
        f"{subject} of {facts.service}",
        span,
        "brings models or documents in",
        (facts.service,),
        Boundary.SUPPLY,
        frozenset({DataClass.MODEL}),
    )


def output_handling(facts: Facts) -> Ground | None:
    """L05."""
    return _stated(facts, _OUTPUT, "model output is acted on")


def agency(facts: Facts) -> Ground | None:
    """L06."""
    return _stated(facts, _TOOLS, "a model may call tools")


def _stated(facts: Facts, pattern: re.Pattern[str], note: str) -> Ground | None:
    if _uses(facts) is None and not _prompting(facts):
        return None
    span = facts.told.stated.search(pattern)
    return (
        Ground(facts.service, span, note, (facts.service,), Boundary.NONE, _PROMPT)
        if span
        else None
    )


def vector_leak(facts: Facts) -> Ground | None:
    """L08."""
    store = next((e for e in facts.stores("store") if _VECTOR.search(e.name)), None)
    shared = facts.told.stated.search(_SHARED) if store else None
    return (
        on(store, store.span, "holds embeddings of several users", Boundary.TENANT)
        if store and shared
        else None
    )


def unbounded_use(facts: Facts) -> Ground | None:
    """L09."""
    return facts.ground(_prompting(facts), "answers with what a model makes up, at a cost", _PROMPT)
