"""What a run leaves behind: a line of JSON for everything that happened, in order."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from lld_agent.model.usage import NOTHING, Usage


class RunEvent(BaseModel):
    """One line of `run.jsonl`. Fields that do not apply are left out; writers may add more.

    Attributes:
        event: run.started; person.answered, what somebody said at the terminal; model.call, one
            HTTP request or, with attempt 0, an answer from the cache; model.outcome, what became
            of a question; run.finished.
        at: UTC, ISO 8601.
        stage, subject, prompt, model: of a request.
        key: content address of a question: where its answer stands in the cache.
        attempt: of the same question, from 1.
        cached: the answer came from the cache.
        usage, seconds: of this call or question.
        answer: of the model, as it came.
        failure: kind of failure, "" where there is none. message: the same for a person.
        command, source, output: of run.started: what was asked for. local: models cost nothing.
        exit_code: of run.finished.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    event: str
    at: str = ""
    stage: str = ""
    subject: str = ""
    prompt: str = ""
    model: str = ""
    key: str = ""
    attempt: int = 0
    cached: bool = False
    usage: Usage | None = None
    seconds: float = 0.0
    answer: str = ""
    failure: str = ""
    message: str = ""
    command: str = ""
    source: str = ""
    output: str | None = ""
    local: bool = False
    exit_code: int | None = None


class RunState(StrEnum):
    """How a run ended, as far as its record says."""

    FINISHED = "finished"
    INCOMPLETE = "incomplete"  # ended, something is missing: resumable
    FAILED = "failed"
    UNFINISHED = "unfinished"  # it still runs, or was killed: resumable


class RunSummary(BaseModel):
    """A run in a few words, for lists.

    Attributes:
        id, path: where it is.
        begun: UTC, ISO 8601.
        command, source, output: what was asked for.
        state, exit_code: how it ended.
        requests: HTTP requests to models. cached: answers that came from the cache.
        failures: questions without an answer.
        models: that were asked, in order of appearance.
        local: models cost nothing.
        usage: of all requests. seconds: from the first line to the last.
        torn: lines that cannot be read: the run was killed while it wrote them.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    path: str
    begun: str = ""
    command: str = ""
    source: str = ""
    output: str = ""
    state: RunState = RunState.UNFINISHED
    exit_code: int | None = None
    requests: int = 0
    cached: int = 0
    failures: int = 0
    models: tuple[str, ...] = ()
    local: bool = False
    usage: Usage = Field(default=NOTHING)
    seconds: float = 0.0
    torn: int = 0
