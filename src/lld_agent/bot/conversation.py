"""What stands on a pull request already, and what it means for what is to be said now."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lld_agent.bot.documents import Changed
from lld_agent.bot.findings import Point, normal, stands_in
from lld_agent.bot.markers import Mark, Signer, unpack
from lld_agent.forge.values import Remark, Thread

FINDING = "finding"
SUMMARY = "summary"
REVIEW = "review"
_DECLINED = re.compile(
    r"\bwon'?t[ -]?fix\b|\bwill not fix\b|\bby design\b|\bfalse positive\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Ours:
    """A thread that we began: what its first comment is about."""

    thread: Thread
    mark: Mark

    @property
    def path(self) -> str:
        """Return the file it stands on, as it was called when it was written."""
        return self.thread.remarks[0].path


@dataclass(frozen=True, slots=True)
class State:
    """What the summary says about the review it is of.

    Attributes:
        head: commit that was read; "" before the first review.
        fingerprints: of its findings.
        before: those of the review of the commit before, for counting what is new and fixed.
    """

    head: str = ""
    fingerprints: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    def since(self, head: str) -> tuple[str, ...]:
        """Return the findings of the last review of another commit."""
        return self.before if self.head == head else self.fingerprints

    def data(self) -> dict[str, Any]:
        """Return it as data for a mark."""
        return {"fps": list(self.fingerprints), "before": list(self.before)}


@dataclass(frozen=True, slots=True)
class Standing:
    """What of ours stands on a pull request."""

    threads: tuple[Ours, ...] = ()
    summary: Remark | None = None
    state: State = State()


def standing(threads: Iterable[Thread], remarks: Iterable[Remark], signer: Signer) -> Standing:
    """Return what is ours, by author and mark; of several summaries the first."""
    own = tuple(
        Ours(thread, mark)
        for thread in threads
        if (mark := signer.read(thread.remarks[0])) is not None and mark.kind == FINDING
    )
    for remark in remarks:
        mark = signer.read(remark)
        if mark is not None and mark.kind == SUMMARY:
            return Standing(own, remark, _state(mark))
    return Standing(own)


def _state(mark: Mark) -> State:
    data = unpack(mark.fields.get("state", ""))
    said = data if isinstance(data, dict) else {}
    return State(mark.fields.get("head", ""), _texts(said.get("fps")), _texts(said.get("before")))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be said on lines, what is said there, what is to be resolved.

    Attributes:
        new: to be commented, as far as the cap allows.
        rest: findings that stand in no comment on lines: for the summary.
        open: threads of findings that are still there.
        resolve: threads of findings that are mended.
    """

    new: tuple[Point, ...]
    rest: tuple[Point, ...]
    open: tuple[Ours, ...]
    resolve: tuple[Ours, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the review says about the documents of a pull request.

    Attributes:
        points: what there is to say, ranked.
        documents: those that were read.
        ran: path → rules that judged it.
        seen: path → fingerprints of all that was reported, also of what is not posted.
    """

    points: tuple[Point, ...]
    documents: tuple[Changed, ...]
    ran: Mapping[str, Collection[str]]
    seen: Mapping[str, Collection[str]]


def decide(judged: Judged, there: Standing, signer: Signer, cap: int) -> Decision:
    """Decide what is said where.

    A finding that stands in an open thread, or in one that a person closed or declined, is not said
    again; one that we closed ourselves and that came back is.
    """
    homes = _Homes(judged.documents)
    new: list[Point] = []
    rest: list[Point] = []
    open_: dict[str, Ours] = {}
    for point in judged.points:
        about = [
            one
            for one in there.threads
            if set(point.fingerprints) & set(one.mark.fingerprints)
            and homes.of(one.path, point) is point.document
            and not _closed_by_us(one.thread, signer)
        ]
        open_ |= {one.thread.remarks[0].id: one for one in about}
        said = {fingerprint for one in about for fingerprint in one.mark.fingerprints}
        left = tuple(f for f in point.findings if f.fingerprint not in said)
        if left:
            (rest if point.at is None else new).append(replace(point, findings=left))
    room = max(0, cap - len(open_))
    return Decision(
        tuple(new[:room]),
        tuple(sorted([*new[room:], *rest], key=judged_order(judged.points))),
        tuple(open_.values()),
        tuple(one for one in there.threads if _mended(one, judged, homes, signer)),
    )


def judged_order(points: Sequence[Point]) -> Any:
    """Return a key that sorts points, whole or in part, as they are ranked."""
    rank = {point.fingerprints[-1] + point.path: number for number, point in enumerate(points)}
    return lambda point: rank.get(point.fingerprints[-1] + point.path, len(rank))


def _closed_by_us(thread: Thread, signer: Signer) -> bool:
    """Return whether we resolved a thread ourselves and nobody objected.

    A host that does not say who resolved it says so for programs only.
    """
    ours = not thread.resolved_by or signer.is_ours(thread.resolved_by)
    declined = any(
        _DECLINED.search(remark.body) and not signer.is_ours(remark.author)
        for remark in thread.remarks
    )
    return thread.resolved and ours and not declined


def _mended(one: Ours, judged: Judged, homes: "_Homes", signer: Signer) -> bool:
    """Return whether a thread may be resolved: the five conditions, all of them.

    It is ours and open; its quote is gone from the document; none of its findings is reported; its
    rule judged the document; nobody else wrote in it.
    """
    document = homes.at(one.path)
    quote = unpack(one.mark.fields.get("q", ""))
    if document is None or one.thread.resolved or not one.thread.id or not isinstance(quote, str):
        return False
    path = document.file.path
    return (
        not stands_in(quote, normal(document.text))
        and not set(one.mark.fingerprints) & set(judged.seen.get(path, ()))
        and one.mark.fields.get("rule", "") in judged.ran.get(path, ())
        and all(signer.is_ours(remark.author) for remark in one.thread.remarks)
    )


class _Homes:
    """Which document a thread belongs to: files are renamed while a pull request is open."""

    def __init__(self, documents: Sequence[Changed]) -> None:
        self._documents = documents
        self._by_path = {one.file.previous: one for one in documents}
        self._by_path |= {one.file.path: one for one in documents}

    def at(self, path: str) -> Changed | None:
        """Return the document that has or had a path."""
        return self._by_path.get(path)

    def of(self, path: str, point: Point) -> Changed | None:
        """Return the document of a thread; where its file is gone, that of the same finding."""
        return self._by_path.get(path, point.document)
