"""TST003."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.stems import stems
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import EdgeCaseTest, TestScenario
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.routes import declared
from lld_agent.rules.tests_of import test_text
from lld_agent.rules.unfilled import any_unfilled
from lld_agent.rules.wording import listed

_MEANS = {
    "401": r"unauthenticated|unauthori[sz]ed|expired token|invalid (?:token|credential)|no token|wrong password",
    "403": r"forbidden|permission|unauthori[sz]ed|access denied|not allowed|other (?:user|tenant)|role",
    "404": r"not found|unknown|missing|non-?existent|does not exist|deleted",
    "409": r"conflict|duplicate|already|concurrent|race|twice|unique",
    "413": r"too large|oversize|size limit|large (?:file|payload|body)",
    "422": r"invalid|validation|unprocessable|malformed",
    "429": r"rate[- ]limit|too many|throttl|over quota|quota",
}
_MANY, _NEARLY_ALL = 5, 0.8
_ANSWERS = {status: re.compile(words, re.IGNORECASE) for status, words in _MEANS.items()}


class ErrorUntested(Rule):
    """Every error that a client can cause is tested.

    ## What it checks
    The 4xx answers of endpoints against edge-case tests and test scenarios.

    ## Why
    The answer that nobody tests is a 500 when it comes.

    ## Fires when
    Some 4xx answers of the document are tested and others are not: by status, by error code, by
    what it means, or by two words of the description. Where the tests name nearly all errors by
    their codes, the code counts, or most words of the description in a line that names no other
    error. One finding lists them by endpoint. 400 is left out: schemas answer it.

    ## Incorrect
        | 409 | `LOAN_OPEN` | Volume is on loan |    and tests of 404 only

    ## Correct
        | Volume on loan | Two loans of one volume | 409 |

    ## Known false positives
    Errors that one test covers for all endpoints in words that no answer uses.

    ## Sections read
    Error tables of endpoints, edge-case tests, test scenarios, sections about testing.

    ## Source
    Kubernetes production readiness review: are there tests for the failure mode.
    """

    id: ClassVar[str] = "TST003"
    name: ClassVar[str] = "error-untested"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        tests = [*design.of(EdgeCaseTest), *design.of(TestScenario)]
        errors = [(e, row) for e in declared(design) for row in e.errors if _status(row)]
        if not tests or not errors or any_unfilled(tests):
            yield Skipped("needs endpoints with errors, and tests of single cases")
            return
        text = test_text(design)
        lines = [stems(line) for line in text.split("\n") if line.strip()]
        codes = _codes(errors)
        if _by_code(codes, text):
            free = [stems(line) for line in text.split("\n") if not _names_any(line, codes)]
            untested = [(e, row) for e, row in errors if not _is_named(row, text, lines, free)]
        else:
            untested = [(e, row) for e, row in errors if not _is_tested(row, text, lines)]
        if not untested or len(untested) == len(errors):
            return
        by_route: dict[str, list[str]] = {}
        for endpoint, row in untested:
            by_route.setdefault(_route(endpoint), []).append(_status(row))
        names = [f"{route} {', '.join(dict.fromkeys(found))}" for route, found in by_route.items()]
        yield Hit(
            message=f"no test is about {listed(names)}; {len(errors) - len(untested)} of {len(errors)}"
            " such answers are tested",
            places=(*(Place(row.span) for _, row in untested), Place(tests[0].span, "the tests")),
            subject="errors",
            object=listed(names),
            hint="add a test for each status",
        )


def _status(row: ReadRow) -> str:
    found = re.search(r"\b4(?!00)\d\d\b", row["status"].text)
    return found[0] if found and row.confidence >= 0.5 else ""


def _route(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def _codes(errors: list[tuple[Endpoint, ReadRow]]) -> frozenset[str]:
    codes = (row["code"].text.replace("_", " ").lower() for _, row in errors)
    return frozenset(code for code in codes if code)


def _by_code(codes: frozenset[str], text: str) -> bool:
    """Return whether tests name nearly all errors by their codes: then a status alone names none."""
    named = sum(code in text.lower() for code in codes)
    return len(codes) >= _MANY and named >= _NEARLY_ALL * len(codes)


def _names_any(line: str, codes: frozenset[str]) -> bool:
    folded = line.lower()
    return any(code in folded for code in codes)


def _is_tested(row: ReadRow, text: str, lines: list[frozenset[str]]) -> bool:
    """Return whether tests, of these stems line by line, are about an answer."""
    status = _status(row)
    meaning = _ANSWERS.get(status)
    if re.search(rf"\b{status}\b", text) or (meaning and meaning.search(text)):
        return True
    return _has_code(row, text) or _shares(row, lines, 2)


def _is_named(
    row: ReadRow, text: str, lines: list[frozenset[str]], free: list[frozenset[str]]
) -> bool:
    """Return whether tests that name errors by their codes are about an answer.

    In words it is told only by a line that names no other error, in most words of the description.
    """
    if not row["code"].text:
        return _is_tested(row, text, lines)
    most = len(stems(row["description"].text)) // 2 + 1
    return _has_code(row, text) or _shares(row, free, max(2, most))


def _has_code(row: ReadRow, text: str) -> bool:
    code = row["code"].text.replace("_", " ").lower()
    return bool(code) and code in text.lower()


def _shares(row: ReadRow, lines: list[frozenset[str]], least: int) -> bool:
    words = stems(row["description"].text)
    return any(len(words & line) >= least for line in lines)
