"""Reviews in several processes: the same results, in order, and a word about one that dies."""

import os
from pathlib import Path

import pytest

from lld_agent.app.parallel import WORTH, Job, processes, review_all
from lld_agent.cli.run import run
from lld_agent.errors import InputError, InternalError
from lld_agent.model.review import ReviewResult
from lld_agent.review.pipeline import ReviewSettings


class Deadly:
    """Ends the process that receives it."""

    def __reduce__(self):
        return os._exit, (1,)


def test_the_same_results_in_the_same_order(tmp_path: Path):
    texts = [f"# Hub {n}\n\nBoxes: TBD\n\n## Limits\n" for n in range(5)]
    for n, text in enumerate(texts):
        (tmp_path / f"{n}.md").write_text(text, encoding="utf-8")
    (tmp_path / "2.md").write_bytes(b"\x00\x01")
    targets = [(str(tmp_path / f"{n}.md"), f"hub-{n}.md") for n in (3, 0, 2, 4, 1)]
    one, two = (review_all(targets, Job(ReviewSettings()), jobs) for jobs in (1, 2))
    assert [type(outcome) for outcome in one] == [type(outcome) for outcome in two]
    for before, after in zip(one, two, strict=True):
        if isinstance(before, ReviewResult):
            assert isinstance(after, ReviewResult)
            assert before == after
            assert after.design is not None
            assert before.design is not None
            assert after.design.source.text == before.design.source.text
        else:
            assert isinstance(after, InputError)
            assert (before.message, before.hint) == (after.message, after.hint)
            assert before.hint


def test_a_process_that_dies_is_named_with_its_document(tmp_path: Path):
    targets = [(Deadly(), "bad.md"), (Deadly(), "worse.md")]
    with pytest.raises(
        InternalError, match=r"ended unexpectedly, at bad\.md or one of 1 more"
    ) as e:
        review_all(targets, Job(ReviewSettings()), 2)
    assert "--jobs 1" in e.value.hint


@pytest.mark.parametrize(
    ("asked", "documents", "used"),
    [(None, 1, 1), (None, 2 * WORTH - 1, 1), (3, 2, 2), (1, 500, 1), (2, 0, 1)],
)
def test_how_many(asked: int | None, documents: int, used: int):
    assert processes(asked, documents) == used


def test_many_documents_use_every_processor(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lld_agent.app.parallel._processors", lambda: 4)
    assert processes(None, 10 * WORTH) == 4
    assert processes(None, 2 * WORTH) == 2


def test_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    for name in "abc":
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\nBoxes: TBD\n", encoding="utf-8")
    outputs = set()
    for jobs in ("1", "2"):
        assert run(["review", ".", "--jobs", jobs, "--fail-on", "warning", "-f", "json"]) == 1
        outputs.add(capsys.readouterr())
    assert len(outputs) == 1
    assert run(["review", ".", "--jobs", "0"]) == 2
