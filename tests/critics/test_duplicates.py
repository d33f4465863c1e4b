"""Two critics that meet in one defect say it once; two that only share quotes both speak."""

from tests.critics.scripts import raised

from lld_agent.critics.candidates import Candidate, Located
from lld_agent.critics.duplicates import distinct
from lld_agent.critics.wire import Raised
from lld_agent.rules.critics import critics


def candidate(
    critic: int, title: str, claim: str, *lines: int, subject: str = "token"
) -> Candidate:
    quotes = tuple(Located(f"line {number}", number, number, "premise") for number in lines)
    said = Raised.model_validate(raised(title=title, claim=claim))
    return Candidate(critics()[critic], said, quotes, (subject,))


LOST = candidate(
    1,
    "Token used once: still valid for a lost answer, and already invalid",
    "After a refresh whose answer was lost the token remains valid; by the list it is invalid.",
    42, 43, 67,
)  # fmt: skip
REPEATED = candidate(
    5,
    "Retry after a lost answer is promised and defined to fail",
    "When the answer to a refresh is lost, the token remains valid; but it was used once, so by the list it is invalid.",
    42, 67, 69,
)  # fmt: skip
STOLEN = candidate(
    6,
    "A thief keeps the pair of a replayed token",
    "Rotation is named as the means against replay, yet whoever sends a stolen one first stays signed in.",
    42, 43, 80,
)  # fmt: skip


def test_one_defect_from_two_sides_is_said_once():
    kept, gone = distinct([LOST, REPEATED])
    assert len(kept) == 1
    assert kept[0].votes == 2
    assert [one.reason for one in gone] == ["DUPLICATE"]


def test_two_defects_that_share_quotes_are_both_said():
    kept, gone = distinct([LOST, STOLEN])
    assert len(kept) == 2
    assert not gone


def test_the_same_words_about_another_subject_are_another_finding():
    other = candidate(5, REPEATED.raised.title, REPEATED.raised.claim, 42, 67, 69, subject="code")
    assert len(distinct([LOST, other])[0]) == 2
