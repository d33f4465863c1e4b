"""Results of an evaluation: what is written, compared, gated and reported."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from lld_agent.errors import InputError
from lld_agent.evaluation.draft_metrics import Score


class RunResult(BaseModel):
    """One run on one document; `error` says why it crashed, "" when it did not."""

    model_config = ConfigDict(frozen=True)

    repeat: int
    error: str = ""
    score: Score


class DocumentResult(BaseModel):
    """All runs on one golden document; `digest` is of that document, "" where it is not known."""

    model_config = ConfigDict(frozen=True)

    slug: str
    template: str
    domain: str
    language: str
    split: str
    digest: str = ""
    runs: tuple[RunResult, ...]

    def value(self, metric: str) -> float | None:
        """Return the mean of a metric over the runs to which it applies; None where to none."""
        values = [run.score.metrics.get(metric) for run in self.runs]
        known = [value for value in values if value is not None]
        return fmean(known) if known else None


class Results(BaseModel):
    """One evaluation.

    Attributes:
        drafter: outline, recorded, or the model.
        left_out: documents that the drafter could not be tried on, and why.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: Literal[1] = 1
    generator: str
    drafter: str
    repeats: int
    documents: tuple[DocumentResult, ...]
    left_out: tuple[str, ...] = ()

    def values(self, metric: str) -> Mapping[str, float]:
        """Return document → mean of a metric, for the documents to which it applies."""
        found = ((one.slug, one.value(metric)) for one in self.documents)
        return {slug: value for slug, value in found if value is not None}

    def like(self, other: "Results") -> tuple["Results", tuple[str, ...]]:
        """Return the results without documents that are others now, and the names of those.

        A figure about a golden document that has changed since is no match for an older one.
        """
        digests = {one.slug: one.digest for one in other.documents}
        changed = {
            one.slug
            for one in self.documents
            if one.digest and digests.get(one.slug, one.digest) not in {"", one.digest}
        }
        left = tuple(one for one in self.documents if one.slug not in changed)
        return self.model_copy(update={"documents": left}), tuple(sorted(changed))

    @property
    def runs(self) -> Iterable[tuple[DocumentResult, RunResult]]:
        """Every run with its document."""
        return ((one, run) for one in self.documents for run in one.runs)

    def without_details(self) -> "Results":
        """Return what is the same in every run of the same state: what a baseline holds."""
        return self.model_copy(
            update={
                "documents": tuple(
                    one.model_copy(update={"runs": tuple(map(_bare, one.runs))})
                    for one in self.documents
                )
            }
        )


def _bare(run: RunResult) -> RunResult:
    metrics = {name: value for name, value in run.score.metrics.items() if name != "seconds"}
    score = Score(metrics=metrics)
    return run.model_copy(update={"score": score})


def results_text(results: Results) -> str:
    """Return results as JSON, stable but for times."""
    return results.model_dump_json(indent=1) + "\n"


def read_results(path: Path) -> Results:
    """Return the results of a file.

    Raises:
        InputError: it cannot be read or holds none.
    """
    try:
        return Results.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}", "`lld-agent eval run -o` writes one"
        ) from error
    except ValidationError as error:
        [first, *_] = error.errors(include_url=False, include_input=False)
        where = ".".join(map(str, first["loc"])) or "top"
        raise InputError(
            f"{path} holds no results of this version: {where}: {first['msg']}",
            "run `lld-agent eval run` again",
        ) from None
