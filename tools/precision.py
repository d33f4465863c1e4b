"""Runs rules over a folder of real designs, for people to judge; counts what they judged.

    tools/precision.py FOLDER --select STR             one line per rule: fired, judged, true
    tools/precision.py FOLDER --select STR --list      one line per finding
    tools/precision.py FOLDER --select STR --unjudged  JSON lines without a verdict, to fill in

Verdicts are evals/verdicts/API001.jsonl: {"rule", "document", "fingerprint", "severity",
"verdict", "reason", "by"}; `lld-agent eval adjudicate` asks for them one by one. They name
documents by their path in the folder and quote none of their text.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from lld_agent.evaluation.verdicts import Known, Verdict, key_of, precision, read_verdicts
from lld_agent.model.brief import Brief
from lld_agent.model.finding import Finding, Severity
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.sources.brief import load_brief
from lld_agent.sources.design import load_design

VERDICTS = Path(__file__).parent.parent / "evals" / "verdicts"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--select", default="ALL")
    parser.add_argument("--preview", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--unjudged", action="store_true")
    parser.add_argument("--exclude", default="prd", help="folders without designs, by comma")
    parser.add_argument("--pairs", type=Path, help="TSV of requirements and design, for REQ002")
    given = parser.parse_args()
    selection = Selection(select=tuple(given.select.split(",")), preview=given.preview)
    settings = ReviewSettings(selection=selection)
    found = list(findings(given.folder, given.exclude.split(","), settings, given.pairs))
    known = read_verdicts(VERDICTS)
    for finding in found:
        verdict = known.get(key_of(finding, finding.path))
        if given.list:
            print(line(finding, verdict))
        elif given.unjudged and verdict is None and finding.severity is not Severity.INFO:
            print(json.dumps(blank(finding)))
    if not given.list and not given.unjudged:
        table(found, known)
        alarms(found, known, words(given.folder, given.exclude.split(",")))


def documents(folder: Path, exclude: list[str]) -> Iterator[Path]:
    """Yield the designs of a folder."""
    for path in sorted(folder.rglob("*.md")):
        if path.name != "README.md" and path.relative_to(folder).parts[0] not in exclude:
            yield path


def words(folder: Path, exclude: list[str]) -> int:
    """Return the words of all designs."""
    texts = (path.read_bytes().decode("utf-8-sig") for path in documents(folder, exclude))
    return sum(len(text.split()) for text in texts)


def alarms(found: list[Finding], known: Known, count: int) -> None:
    """Print errors and warnings per 1,000 words: judged false, and not judged."""
    gating = [finding for finding in found if finding.severity is not Severity.INFO]
    judged = [known.get(key_of(f, f.path)) for f in gating]
    false = sum(verdict is not None and not verdict.verdict for verdict in judged)
    unknown = sum(verdict is None for verdict in judged)
    print(f"\n{len(gating)} errors and warnings on {count} words;", end=" ")
    print(f"judged false per 1,000 words: {1000 * false / count:.3f} ({false});", end=" ")
    print(f"not judged: {1000 * unknown / count:.3f} ({unknown})")


def findings(
    folder: Path, exclude: list[str], settings: ReviewSettings, pairs: Path | None = None
) -> Iterator[Finding]:
    """Yield the findings of all designs of a folder, document by document."""
    briefs = dict(paired(pairs)) if pairs else {}
    for path in documents(folder, exclude):
        text = path.read_bytes().decode("utf-8-sig")
        source = SourceText(text, path.relative_to(folder).as_posix())
        design = load_design(source, at=path)
        wanted = briefs.get(design.source.path)
        result = review(design, settings, brief(folder / wanted) if wanted else None)
        for rule, error in result.coverage.rules_failed:
            raise SystemExit(f"{path}: {rule} failed: {error}")
        yield from result.findings


def paired(pairs: Path) -> Iterator[tuple[str, str]]:
    """Yield design and requirements of each line, without the title line."""
    for row in pairs.read_text(encoding="utf-8").split("\n")[1:]:
        if row:
            requirements, design = row.split("\t")[:2]
            yield design, requirements


def brief(path: Path) -> Brief:
    """Return a requirements document as a value."""
    return load_brief(SourceText(path.read_bytes().decode("utf-8-sig"), path.name))


def blank(finding: Finding) -> dict[str, object]:
    """Return a finding as a verdict to be filled in."""
    return {
        "rule": finding.rule,
        "document": finding.path,
        "fingerprint": finding.fingerprint,
        "severity": finding.severity.value,
        "verdict": None,
        "reason": "",
    }


def line(finding: Finding, verdict: Verdict | None) -> str:
    """Return a finding as people read it, with its verdict."""
    judged = "?" if verdict is None else "true" if verdict.verdict else "FALSE"
    where = f"{finding.path}:{finding.location.line}"
    return f"{judged:5} {where} {finding.rule} {finding.severity.value}: {finding.message}"


def table(found: list[Finding], known: Known) -> None:
    """Print fired, judged and true for each rule and severity."""
    print("| Rule | Severity | Fired | Judged | True |\n|---|---|---|---|---|")
    for (rule, severity), one in sorted(precision(((f.path, f) for f in found), known).items()):
        print(f"| {rule} | {severity} | {one.found} | {one.judged} | {one.true} |")


if __name__ == "__main__":
    main()
