"""Every golden document is in form, complete, clean and readable; frozen ones stay unseen."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.evaluation import goldens
from tests.evaluation.goldens import Golden

from lld_agent.app import brief_of
from lld_agent.model.finding import Severity
from lld_agent.model.review import ReviewResult
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import review
from lld_agent.sources.design import design_in
from lld_agent.template.reader import read_design

FOLDERS = goldens.folders()
MOST_SUPPRESSED = 2
every = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


class Beside:
    """What stands beside a golden document: its input."""

    in_checkout = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def holds(self, path: str) -> bool:
        return (self.folder / path).is_file()

    def text(self, _path: str) -> str:
        return ""


def reviewed(folder: Path, golden: Golden) -> ReviewResult:
    source = SourceText(golden.markdown, str(folder / "golden.md"))
    brief = brief_of(str(folder / golden.meta["input"]))
    return review(design_in(source, Beside(folder)), brief=brief)


@every
def test_form(folder):
    golden = goldens.load(folder)
    assert not goldens.format_faults(golden)
    assert not goldens.missing_quotes(golden)


@every
def test_satisfies_its_requirements(folder):
    golden = goldens.load(folder)
    assert not goldens.unmet(golden, golden.design)


@every
def test_reads_back_without_loss(folder):
    assert not goldens.losses(goldens.load(folder))


@every
def test_clean_under_review(folder):
    result = reviewed(folder, goldens.load(folder))
    loud = [f for f in result.findings if f.severity is not Severity.INFO]
    assert [(f.rule, f.location.line, f.message) for f in loud] == []
    assert len(result.suppressed) <= MOST_SUPPRESSED
    assert len(result.coverage.rules_run) > len(result.coverage.rules_skipped)


def test_lock_holds_exactly_the_frozen_documents():
    frozen = [folder for folder in FOLDERS if goldens.load(folder).frozen]
    expected = {
        path: digest for folder in frozen for path, digest in goldens.digests(folder).items()
    }
    assert goldens.locked(goldens.LOCK.read_text(encoding="utf-8")) == expected


def test_frozen_documents_shaped_nothing():
    frozen = [golden for golden in map(goldens.load, FOLDERS) if golden.frozen]
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in goldens.tuned_files())
    assert {golden.slug: goldens.leaks(golden, text) for golden in frozen} == {
        golden.slug: [] for golden in frozen
    }


# The checks themselves can fail: each is shown a golden document with one thing broken.


@pytest.fixture
def sound() -> Golden:
    return goldens.load(goldens.EVALS / "golden" / "payout-batches")


def test_form_sees_a_changed_quote_a_foreign_slot_and_no_evidence(sound):
    [first, *rest] = sound.requirements
    quote = {**first, "quote": first["quote"] + " and a sentence that nobody wrote"}
    assert goldens.missing_quotes(replace(sound, requirements=[quote, *rest])) == [first["id"]]
    slot = {**first, "slots": ["data.of_somebody_else"]}
    assert goldens.format_faults(replace(sound, requirements=[slot, *rest]))
    assert goldens.format_faults(replace(sound, requirements=[{**first, "evidence": []}, *rest]))
    assert goldens.format_faults(replace(sound, meta={**sound.meta, "split": "half"}))


@every
def test_requirements_see_what_is_taken_out(folder):
    golden = goldens.load(folder)
    empty = golden.template.model()
    assert {line.partition(":")[0] for line in goldens.unmet(golden, empty)} == {
        each["id"] for each in golden.requirements
    }


def test_reading_back_sees_what_no_slot_takes_and_another_form(sound):
    head, _, tail = sound.markdown.partition("\n### 1.2 Scope\n")
    assert goldens.losses(replace(sound, markdown=f"{head}\n### 1.2 Scope\n\nOf course.\n{tail}"))
    assert goldens.losses(replace(sound, markdown=sound.markdown.replace("| --- |", "|---|", 1)))


def test_review_sees_a_placeholder(sound):
    broken = sound.markdown.replace("\n### 1.1 Purpose\n\n", "\n### 1.1 Purpose\n\nTBD: ", 1)
    findings = review(read_design(SourceText(broken), None)).findings
    assert "STR003" in {f.rule for f in findings if f.severity is not Severity.INFO}


def test_leaks_see_a_run_of_words_and_an_entity_name(sound):
    sentence = max(sound.source.split("\n"), key=lambda line: len(goldens.words(line)))
    name = min(goldens.names_of(sound.design))
    assert goldens.leaks(sound, f"before {sentence} after")
    assert name in goldens.leaks(sound, f"the table {name.upper()} of theirs")
    assert not goldens.leaks(sound, "seven words that stand in no document")


def test_lock_sees_a_changed_file(tmp_path, monkeypatch):
    monkeypatch.setattr(goldens, "EVALS", tmp_path)
    file = tmp_path / "golden.md"
    file.write_text("one")
    before = goldens.digests(tmp_path)
    line = f"{before['golden.md']}  golden.md\n"
    assert goldens.locked(line) == before
    file.write_text("two")
    assert goldens.locked(line) != goldens.digests(tmp_path)
