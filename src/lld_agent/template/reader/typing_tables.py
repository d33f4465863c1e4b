"""Which vocabulary a table's header speaks: by its titles, its slot, and the words around it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from lld_agent.model import vocabulary as v
from lld_agent.model.rows import Row
from lld_agent.template.reader.sections import normal

_SPECIFIC = 0.5
_GENERIC = 0.6

_CONTEXT_WORDS: dict[type[Row], str] = {
    v.Audience: "audience|readers?|público|zielgruppe",
    v.ReferenceDoc: "references?|related|links?|documents?|see also|referenz|referênc|referenc",
    v.Constraint: "constraints?|limits?|restricciones|restrições|randbedingung",
    v.Dependency: "dependenc|external|upstream|downstream|abhängig|dependências|依赖",
    v.DocumentVersion: "history|revision|version|changelog|versionshistorie|histórico|修订",
    v.Approval: "approv|sign-?off|freigabe|aprova|审批",
    v.Limitation: "limitations?|known issues",
    v.TechnicalDebt: "debt",
    v.Improvement: "improvements?|enhancements?|future|roadmap",
    v.Term: "glossary|terms?|terminology|definitions?|acronyms?|abbreviations?|glossar|glosario|glossário|术语|缩写",
    v.Alternative: "alternatives?|options?|considered|alternativas|备选",
    v.ComponentInput: "inputs?",
    v.ComponentOutput: "outputs?",
    v.ComponentError: "error handling|errors?|failures?",
    v.Parameter: "parameters?|params|query|path|request|response|fields?|body|headers?|inputs?|outputs?|arguments?|payload",
    v.Column: "tables?|columns?|schema|entit|database|data models?|persist|collection|tabelle|tabla|tabela|数据表|表结构",
    v.Index: "index(?:es)?|indices",
    v.LifecycleStage: "lifecycle|retention",
    v.CacheLayer: "cach",
    v.StateTransition: "transitions?|states?",
    v.EndpointRow: "endpoints?|apis?|routes?|rest|interfaces?|接口",
    v.ErrorResponse: "error responses?|response \\(error\\)|errors?|status codes?|error codes?",
    v.EdgeCase: "edge cases?|corner cases?",
    v.DeploymentStage: "pipeline|stages?",
    v.ModelParameter: "model config|model param|parameters?",
    v.RoutingRule: "routing",
    v.TokenLimit: "token",
    v.HardwareRule: "hardware|gpu|accelerator",
    v.TuningParameter: "optimi[sz]ation|tuning",
    v.Benchmark: "benchmark|metrics",
    v.GuardrailCheck: "guardrail|input validation|safety",
    v.OutputFilter: "output filter|filter",
    v.EnvVar: "environment|env\\b|config|settings?|variables?|konfiguration|umgebung|configura|配置|环境变量",
    v.FeatureFlag: "flags?|toggles?",
    v.Secret: "secrets?|credentials?",
    v.EnvironmentDifference: "environments?",
    v.AuthenticationFlow: "authenticat|authn",
    v.AuthorizationRule: "authori[sz]|access control|permissions?|rbac|roles?",
    v.EncryptionRule: "encrypt|data protection",
    v.InputRule: "validation|sanitiz|input",
    v.Threat: "threats?|risks?|stride|attack|bedrohung|amenaza|ameaça|威胁",
    v.LoadMetric: "load|capacity|traffic",
    v.Bottleneck: "bottlenecks?",
    v.CachePolicy: "cach",
    v.ConcurrencyRule: "concurren|lock",
    v.ConcurrencyConcern: "concurren|thread|race",
    v.ScalingRule: "scal",
    v.PerformanceTarget: "performance|targets?|latency|slo|sla",
    v.ErrorClass: "error|classification|exception",
    v.RetryPolicy: "retry|retries|resilien|circuit",
    v.LogLevel: "log",
    v.Signal: "observab|monitor|signals?|telemetry|metrics",
    v.PipelineStage: "ci/?cd|pipeline|build|deploy",
    v.RollbackScenario: "rollback|recovery",
    v.UnitTest: "unit",
    v.IntegrationTest: "integration",
    v.EdgeCaseTest: "edge case|tests?",
    v.PerformanceTest: "performance test|load test|benchmark",
    v.TestSuite: "test",
    v.TestScenario: "test|scenario",
}  # fmt: skip
_CONTEXT = {
    kind: re.compile(rf"(?<![^\W_])(?:{words})", re.IGNORECASE)
    for kind, words in _CONTEXT_WORDS.items()
}
_TRANSLATED: dict[str, str] = {
    "variável": "Variable", "variable": "Variable", "umgebungsvariable": "Variable", "变量": "Variable", "变量名": "Variable",
    "descrição": "Description", "descripción": "Description", "beschreibung": "Description", "描述": "Description",
    "说明": "Description", "tipo": "Type", "typ": "Type", "类型": "Type", "obrigatório": "Required", "requerido": "Required",
    "obligatorio": "Required", "erforderlich": "Required", "pflicht": "Required", "必填": "Required", "padrão": "Default",
    "por defecto": "Default", "standard": "Default", "standardwert": "Default", "默认值": "Default", "método": "Method",
    "methode": "Method", "方法": "Method", "caminho": "Path", "rota": "Path", "ruta": "Path", "pfad": "Path", "路径": "Path",
    "ameaça": "Threat", "amenaza": "Threat", "bedrohung": "Threat", "威胁": "Threat", "probabilidade": "Likelihood",
    "probabilidad": "Likelihood", "wahrscheinlichkeit": "Likelihood", "可能性": "Likelihood", "impacto": "Impact",
    "auswirkung": "Impact", "影响": "Impact", "mitigação": "Mitigation", "mitigación": "Mitigation",
    "gegenmaßnahme": "Mitigation", "maßnahme": "Mitigation", "缓解措施": "Mitigation", "措施": "Mitigation",
    "coluna": "Column", "columna": "Column", "spalte": "Column", "字段": "Column", "字段名": "Column", "列名": "Column",
    "termo": "Term", "término": "Term", "begriff": "Term", "术语": "Term", "definição": "Definition",
    "definición": "Definition", "definition": "Definition", "定义": "Definition", "dependência": "Dependency",
    "dependencia": "Dependency", "abhängigkeit": "Dependency", "依赖": "Dependency", "restrições": "Constraints",
    "restricciones": "Constraints", "约束": "Constraints",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typing:
    """The vocabulary type of a table, the field of each of its columns, and how sure that is."""

    kind: type[Row]
    columns: tuple[str, ...]
    confidence: float


@cache
def _fields() -> Mapping[str, tuple[tuple[type[Row], str, bool], ...]]:
    """Return normal title → (type, field, is it the key) of every type that knows the title."""
    known: dict[str, list[tuple[type[Row], str, bool]]] = {}
    for kind in v.ROW_TYPES:
        for name, col in kind.layout().items():
            for title in dict.fromkeys(map(normal, (col.title, *col.aliases))):
                known.setdefault(title, []).append((kind, name, name == kind.key_field()))
    for foreign, title in _TRANSLATED.items():
        known.setdefault(normal(foreign), []).extend(known.get(normal(title), ()))
    return {title: tuple(dict.fromkeys(entries)) for title, entries in known.items()}


@cache
def _specific_titles(kind: type[Row]) -> frozenset[str]:
    """Return the titles that only this type has, or that name its key and nobody else's."""
    own = set()
    for title, entries in _fields().items():
        if {entry[0] for entry in entries} == {kind} or [
            entry[0] for entry in entries if entry[2]
        ] == [kind]:
            own.add(title)
    return frozenset(own)


def type_table(
    header: tuple[str, ...], around: str, expected: type[Row] | None = None
) -> Typing | None:
    """Return what a table is, None where its header does not say so clearly enough.

    Args:
        header: plain titles of the columns.
        around: heading, headings above it and label, as one text: breaks ties.
        expected: row type of the slot that the table stands in.
    """
    return _type_table(tuple(map(normal, header)), around, expected)


@cache
def _type_table(titles: tuple[str, ...], around: str, expected: type[Row] | None) -> Typing | None:
    if len(titles) < 2:
        return None
    candidates: dict[type[Row], dict[int, tuple[str, bool]]] = {}
    for number, title in enumerate(titles):
        for kind, name, key in _fields().get(title, ()):
            mine = candidates.setdefault(kind, {})
            if name not in {field for field, _ in mine.values()}:
                mine.setdefault(number, (name, key))
    best: tuple[float, Typing] | None = None
    for kind, mine in candidates.items():
        scored = _score(kind, mine, titles, around, expected)
        if scored is not None and (best is None or scored[0] > best[0] + 1e-9):
            best = scored
    return best[1] if best else None


def _score(
    kind: type[Row],
    mine: dict[int, tuple[str, bool]],
    titles: tuple[str, ...],
    around: str,
    expected: type[Row] | None,
) -> tuple[float, Typing] | None:
    if not any(key for _, key in mine.values()) or len(mine) < 2:
        return None
    share = len(mine) / len(titles)
    specific = len(_specific_titles(kind).intersection(titles))
    pattern = _CONTEXT.get(kind)
    near = pattern is not None and pattern.search(around) is not None
    if kind is expected:
        confidence = 1.0 if share >= _SPECIFIC else 0.0
    elif specific and share >= _SPECIFIC:
        confidence = 0.95 if near or specific > 1 else 0.85
    elif near and share >= _GENERIC:
        confidence = 0.8
    else:
        confidence = 0.0
    if not confidence:
        return None
    columns = tuple(mine.get(number, ("", False))[0] for number in range(len(titles)))
    first_is_key = mine.get(0, ("", False))[1]
    rank = share + specific * 0.3 + near * 0.4 + (kind is expected) * 0.8 + first_is_key * 0.2
    return rank, Typing(kind, columns, confidence)
