"""Findings that somebody judged: true or false, with the reason, by fingerprint, one file per rule."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from lld_agent.errors import InputError, OutputError
from lld_agent.evaluation.statistics import wilson
from lld_agent.model.finding import Finding


class Verdict(BaseModel):
    """What somebody said about one finding on one document.

    Attributes:
        rule, document, fingerprint: which finding; the document as a path below the folder that was
            reviewed.
        severity: as it was shown.
        verdict: whether it is true of the document and worth saying.
        reason: what was looked at; it quotes nothing of documents of other people.
        by: who judged; "" for verdicts from before anybody was named.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    document: str
    fingerprint: str
    severity: str
    verdict: bool
    reason: str
    by: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Rule, document and fingerprint."""
        return self.rule, self.document, self.fingerprint


Known = Mapping[tuple[str, str, str], Verdict]


def read_verdicts(folder: Path) -> dict[tuple[str, str, str], Verdict]:
    """Return all verdicts of a folder by their key; of two about one finding the later one holds.

    Raises:
        InputError: a line is no verdict.
    """
    found: dict[tuple[str, str, str], Verdict] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if not line:
                continue
            try:
                one = Verdict.model_validate_json(line)
            except ValidationError as error:
                [first, *_] = error.errors(include_url=False, include_input=False)
                raise InputError(f"{path}:{number}: {first['msg']}", "one verdict a line") from None
            found[one.key] = one
    return found


def add_verdict(folder: Path, verdict: Verdict) -> None:
    """Append a verdict to the file of its rule.

    Raises:
        OutputError: it cannot be written.
    """
    path = folder / f"{verdict.rule}.jsonl"
    data = verdict.model_dump(exclude={"by"} if not verdict.by else set())
    line = json.dumps(data, ensure_ascii=False) + "\n"
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(line)
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror}", "is the folder there?"
        ) from error


def key_of(finding: Finding, document: str) -> tuple[str, str, str]:
    """Return the key that a verdict about a finding has."""
    return finding.rule, document, finding.fingerprint


@dataclass(frozen=True, slots=True)
class Precision:
    """Findings, how many of them are judged, and how many of those are true."""

    found: int = 0
    judged: int = 0
    true: int = 0

    @property
    def share(self) -> float | None:
        """Share of judged findings that are true; None without any."""
        return self.true / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of that share."""
        return wilson(self.true, self.judged) if self.judged else None

    def __add__(self, other: "Precision") -> "Precision":
        """Return both together."""
        return Precision(
            self.found + other.found, self.judged + other.judged, self.true + other.true
        )


def precision(
    found: Iterable[tuple[str, Finding]], known: Known
) -> dict[tuple[str, str], Precision]:
    """Return rule and severity → its precision, for findings with their documents."""
    result: dict[tuple[str, str], Precision] = {}
    for document, finding in found:
        verdict = known.get(key_of(finding, document))
        at = finding.rule, finding.severity.value
        one = Precision(1, int(verdict is not None), int(bool(verdict and verdict.verdict)))
        result[at] = result.get(at, Precision()) + one
    return result
