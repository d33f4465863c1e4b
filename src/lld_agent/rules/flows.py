"""Who is who in a sequence diagram: stores, queues, third parties, callers."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lld_agent.language.names import Resolver, singular
from lld_agent.language.roles import is_person_name, role
from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, Participant, Step, StepKind
from lld_agent.model.vocabulary import CacheLayer, Dependency

STORES = frozenset({"store", "cache"})
REMOTE = frozenset({"queue", "mail", "payment", "identity", "model"})
_SAY_NOTHING = {
    "service",
    "api",
    "system",
    "external",
    "the",
    "and",
    "of",
    "server",
    "platform",
    "provider",
    "client",
}


def is_person(participant: Participant) -> bool:
    """Return whether a participant is who starts a flow, not a part of the system."""
    return participant.actor or is_person_name(participant.label)


def labels(diagram: Diagram) -> dict[str, str]:
    """Return id → label of the participants."""
    return {participant.id: participant.label for participant in diagram.participants}


def messages(diagram: Diagram) -> Iterator[Step]:
    """Yield the messages of a sequence diagram in order."""
    return (step for step in diagram.steps if step.kind is StepKind.MESSAGE)


def inventory(design: Design) -> tuple[str, ...]:
    """Return the names of everything that the design lists as being outside its own code."""
    names = [row["dependency"].text for row in design.of(Dependency)]
    names += [row["technology"].text for row in design.of(CacheLayer)]
    names += [s.title for s in design.sections if s.slot.startswith("api.external")]
    return tuple(name for name in names if name)


def is_listed(name: str, listed: tuple[str, ...], resolver: Resolver) -> bool:
    """Return whether a name stands for something in an inventory (G5).

    Names are the same when they resolve, when one holds the other as whole words, or when one of
    them only says what the other is for (`Database` and `PostgreSQL`).
    """
    kind = role(name)
    return any(
        resolver.same(name, other)
        or shares_name(name, other)
        or (kind != "" and role(other) == kind)
        for other in listed
    )


def shares_name(one: str, other: str) -> bool:
    """Return whether one name holds the other: `Keycloak timeout` and `Keycloak`, in any number.

    Of a name such as `Redis/Valkey` or `PostgreSQL (RDS)` each part counts.
    """
    return any(
        _within(left, right) or _within(right, left)
        for left in _parts(one)
        for right in _parts(other)
    )


def shares_word(one: str, other: str) -> bool:
    """Return whether two names have a word in common that says something."""
    left, right = (set(_words(name)) - _SAY_NOTHING for name in (one, other))
    return bool(left & right)


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[tuple[str, ...], ...]:
    parts = (_words(part) for part in (name, *re.split(r"[/(),]", name)))
    return tuple(dict.fromkeys(part for part in parts if part))


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    return tuple(singular(word) for word in re.findall(r"[^\W_]+", name.casefold()))


def _within(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    size = len(shorter)
    told = any(len(word) > 2 for word in shorter)
    return told and any(longer[n : n + size] == shorter for n in range(len(longer) - size + 1))


def first_call(diagram: Diagram) -> Step | None:
    """Return the call that a flow begins with, None when it begins with an answer or is empty."""
    first = next(messages(diagram), None)
    return first if first is not None and not first.reply and not first.failed else None


def before_answer(diagram: Diagram) -> tuple[Step, ...]:
    """Return the steps from the first call until its caller gets the answer (G10).

    Without an answer nothing is known about what the caller waits for: then nothing is returned.
    """
    first = first_call(diagram)
    if first is None:
        return ()
    for number, step in enumerate(diagram.steps):
        answers = step.reply and step.target == first.source and step.depth == first.depth
        if step.kind is StepKind.MESSAGE and answers:
            return diagram.steps[:number]
    return ()
