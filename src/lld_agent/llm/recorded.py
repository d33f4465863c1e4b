"""Replays a recorded run, offline: by stage, subject and the how-manieth answer it was."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lld_agent.errors import InputError
from lld_agent.llm.request import Failure, FailureKind
from lld_agent.llm.transport import Call, CallFailedError, Reply

_Place = tuple[str, str]
_NEEDED = {
    "event",
    "stage",
    "subject",
    "prompt",
    "model",
    "answered",
    "answer",
    "finish",
    "refusal",
    "failure",
    "message",
    "usage",
}


class RecordedTransport:
    """Answers from the log of a run; sends nothing.

    Not by the hash of the request: an edited prompt still finds its answer, and `drifted` says
    which ones were edited since.

    Args:
        events: of a run's log; those that are no calls are passed over.
    """

    local = False

    def __init__(self, events: Iterable[Mapping[str, Any]]) -> None:
        self._calls: dict[_Place, list[Mapping[str, Any]]] = defaultdict(list)
        for event in events:
            if event.get("event") == "model.call" and event.keys() >= _NEEDED:
                self._calls[str(event["stage"]), str(event["subject"])].append(event)
        for place, calls in self._calls.items():
            self._calls[place] = _conclusive(calls)
        self._taken: Counter[_Place] = Counter()
        self._drifted: dict[str, str] = {}

    @property
    def made_with(self) -> tuple[str, ...]:
        """Names and versions of the prompts that the recording was made with, sorted."""
        return tuple(sorted({str(c["prompt"]) for calls in self._calls.values() for c in calls}))

    @property
    def drifted(self) -> Mapping[str, str]:
        """Prompts that are others now than in the recording: what is asked now, and what was."""
        return dict(self._drifted)

    async def open(self) -> None:
        """Do nothing."""

    async def send(self, call: Call) -> Reply:
        """Return the next recorded reply of a stage and subject.

        Raises:
            CallFailedError: none is recorded, or a failure is.
        """
        place = (call.stage, call.subject)
        calls, at = self._calls.get(place, []), self._taken[place]
        if at >= len(calls):
            what = f"{call.stage} {call.subject}".strip()
            hint = "replay with the version and options that it was recorded with"
            message = f"the recording has no answer number {at + 1} for {what}"
            raise CallFailedError(Failure(FailureKind.NOT_RECORDED, message, hint))
        self._taken[place] += 1
        recorded = calls[at]
        if recorded["prompt"] != call.prompt:
            self._drifted[call.prompt] = str(recorded["prompt"])
        if not recorded["answered"]:
            kind = FailureKind(recorded["failure"])
            raise CallFailedError(Failure(kind, str(recorded["message"])))
        usage = recorded["usage"]
        reported = usage["complete"]
        return Reply(
            text=str(recorded["answer"]),
            refusal=str(recorded["refusal"]),
            finish=str(recorded["finish"]),
            model=str(recorded["model"]),
            tokens_in=usage["tokens_in"] if reported else None,
            tokens_cached=usage["tokens_cached"],
            tokens_written=usage.get("tokens_written", 0),
            tokens_out=usage["tokens_out"] if reported else None,
        )

    async def aclose(self) -> None:
        """Do nothing."""


def _conclusive(calls: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the calls without failures that were tried again with success."""
    return [c for at, c in enumerate(calls) if c["answered"] or at == len(calls) - 1]


def read_recording(path: Path) -> RecordedTransport:
    """Return a transport that replays the log of a run (JSON lines).

    Lines that a kill tore are passed over.

    Raises:
        InputError: the file cannot be read, or no call is recorded in it.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}", "name the log of a run (run.jsonl)") from error
    recording = RecordedTransport(filter(None, map(_event, lines)))
    if not recording.made_with:
        raise InputError(f"{path} records no answer", "name the log of a run (run.jsonl)")
    return recording


def _event(line: str) -> Mapping[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
