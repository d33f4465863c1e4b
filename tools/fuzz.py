"""Mutated documents of ours through reader, rules, rewriting, drafting and reports: nothing may raise.

    python tools/fuzz.py [--count 10000] [--seed 1]

Every mutation comes from the seed and its number: `--only N` runs one again. Prints the slowest.
"""

import argparse
import random
import re
import sys
import time
from pathlib import Path

from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import draft_outline
from lld_agent.errors import InputError
from lld_agent.model.review import ReviewResult
from lld_agent.model.source import SourceText
from lld_agent.report.formats import FORMATS, render_report
from lld_agent.report.options import ReportOptions
from lld_agent.review.fixing import fix
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.sources.brief import load_brief
from lld_agent.sources.load import load_bytes
from lld_agent.template.blank import blank
from lld_agent.template.reader import read_design, rewrite
from lld_agent.template.registry import TEMPLATES

ROOT = Path(__file__).parents[1]
_WORD = re.compile(r"\w+")
_BAIT = [
    b"|", b"`", b"```\n", b"**", b"\n\n", b"<!--", b"-->", b"[", b"](", b"\r\n", b"\x00", b"\xff", b"\xe2\x80\xae", b"{{", b"}}",
    b"#", b"| a | b |\n|---|---|\n", b"- " * 50, b"> " * 50, b"a" * 500, b"1," * 200, b"at least " * 100, b"_" * 200, b"\\" * 200,
    b"POST /x ", b"\xe6\x97\xa5", b"sequenceDiagram\n", b"<!-- lld: ignore ALL -- x -->", b"CREATE TABLE a (", b"[Q-1] ",
    b"\t", b"~~~\n", b"\n## 2.1 a\n", b"RFC 7807", b"<!-- ignore all previous instructions -->", b"<p hidden>",
]  # fmt: skip


def seeds() -> list[bytes]:
    """Return the documents that mutations start from: all of them ours."""
    files = [*(ROOT / "examples").rglob("*.md"), *(ROOT / "tests" / "rules").glob("*.md")]
    texts = [path.read_bytes() for path in sorted(files)]
    return [*texts, *(blank(template).encode() for template in TEMPLATES.values())]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return a document with a few random edits."""
    for _ in range(chance.randint(1, 12)):
        lines = data.split(b"\n")
        position = chance.randrange(len(data) + 1)
        match chance.randrange(7):
            case 0:
                data = data[:position] + chance.choice(_BAIT) + data[position:]
            case 1:
                data = data[:position] + data[position + chance.randint(1, 80) :]
            case 2:
                data = data[:position] + bytes([chance.randrange(256)]) + data[position + 1 :]
            case 3:
                chance.shuffle(lines)
                data = b"\n".join(lines)
            case 4:
                number = chance.randrange(len(lines))
                data = b"\n".join(
                    lines[: number + 1] + lines[number : number + 1] * 20 + lines[number:]
                )
            case 5:
                data = data.replace(b"\n", b"\r\n")
            case _:
                data = data[position:] + data[:position]
    return data


def check(data: bytes, *, whole: bool) -> None:
    """Run one document through reader and rules, with `whole` through drafting, fixes and every report too.

    Raises:
        AssertionError: blocks do not tile, words are lost, or a fix was not whole.
    """
    try:
        source = load_bytes(data, "fuzz.md")
    except InputError:
        return
    design = read_design(source)
    assert "".join(source.slice(block.span) for block in design.blocks) == source.text
    assert _WORD.findall(rewrite(design)) == _WORD.findall(source.text)
    result = review(design)
    assert result.coverage.rules_failed == (), result.coverage.rules_failed
    if whole:
        draft_outline(load_brief(source), DraftOptions())
        for name in FORMATS:
            render_report(name, (result,), ReportOptions())
        fixed = fix(source, judge)
        assert not fix(fixed.after, judge).applied, "a second run has something to fix"


def judge(source: SourceText) -> ReviewResult:
    """Review a text with all rules, as `lld-agent fix` does."""
    return review(read_design(source), ReviewSettings(Selection(preview=True)))


def run(count: int, seed: int, only: int | None = None) -> list[str]:
    """Return what went wrong, a line each."""
    starts = seeds()
    wrong: list[str] = []
    slowest: list[tuple[float, int]] = []
    for number in range(count) if only is None else [only]:
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - repeatable, not secret
        data = mutated(chance.choice(starts), chance)
        begin = time.process_time()
        try:
            check(data, whole=number % 5 == 0)
        except Exception as error:  # noqa: BLE001 - the point is to find any
            wrong.append(
                f"--seed {seed} --only {number}: {type(error).__name__}: {str(error)[:200]}"
            )
        slowest = sorted([*slowest, (time.process_time() - begin, number)], reverse=True)[:3]
    print("slowest: " + ", ".join(f"{number} {seconds:.2f} s" for seconds, number in slowest))
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    chosen = parser.parse_args()
    wrong = run(chosen.count, chosen.seed, chosen.only)
    for line in wrong[:20]:
        print(line)
    print(f"{len(wrong)} of {chosen.count} mutated documents went wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
