"""STA007."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import canonical_name
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import AuthorizationRule
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.sta_states import triggers

_ROLE = re.compile(
    r"(?<![\w-])(?P<before>[A-Za-z][\w-]*)[`'\"]? roles?\b|\broles?\s*(?:is|=|==|:|of|in)?\s*[`'\"(]?(?P<after>[A-Z][\w-]*)|"
    r"(?<![\w-])(?P<only>[A-Za-z][\w-]*)s?[`'\"]? only\b"
)
_PEOPLE = re.compile(
    r"admin(?:istrator)?s?|managers?|operators?|moderators?|supervisors?|auditors?|reviewers?|approvers?|editors?|"
    r"finance|support|clerks?|agents?|[A-Z][A-Z_]{2,}",
)
_RELATION = {
    "owner", "author", "creator", "assignee", "requester", "member", "user", "same", "the", "a", "an", "any", "this",
    "that", "its", "their", "required", "valid", "correct", "appropriate", "right", "of", "by", "with", "has", "have",
    "and", "or", "no", "access", "assigned", "sufficient", "granted", "specific", "caller", "read", "write",
}  # fmt: skip


class GuardRoleUndeclared(Rule):
    """A role that guards a change of state is one that the authorization knows.

    ## What it checks
    Roles in the guards of transition tables and state diagrams against the authorization rules.

    ## Why
    A role that nobody can have makes a state that nobody can reach.

    ## Fires when
    A guard names a role and no authorization rule has the word. Owner, author and other relations
    are no roles.

    ## Incorrect
        | PENDING | PAID | `pay()` | FINANCE role | |      and rules for admin and member

    ## Correct
        | Payments | finance may confirm | service layer |

    ## Known false positives
    Roles that are declared in another document.

    ## Sections read
    Transition tables, state diagrams, authorization rules.

    ## Source
    OWASP API5:2023; own matching.
    """

    id: ClassVar[str] = "STA007"
    name: ClassVar[str] = "guard-role-undeclared"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per role."""
        rules = design.of(AuthorizationRule)
        guards = [(row["guard"].text, row["guard"].span) for row in triggers.listed(design)]
        guards += [(triggers.guard_as_written(e.label), e.span) for _, e in triggers.drawn(design)]
        guards = [(text, span) for text, span in guards if text]
        if not rules or not guards:
            yield Skipped("needs guards and authorization rules")
            return
        known = _words(rules)
        told: dict[str, list[Place]] = {}
        for text, span in guards:
            for role in _roles(text):
                if canonical_name(role) not in known:
                    told.setdefault(role, []).append(Place(span, "the guard"))
        for role, places in told.items():
            yield Hit(
                message=f"guard asks for the role {role}, which no authorization rule knows",
                places=(*places, Place(rules[0].span, "the rules")),
                subject=role,
                object="authorization",
                hint="add the role to the authorization, or name one that is there",
            )


def _words(rules: tuple[ReadRow, ...]) -> set[str]:
    text = " ".join(
        cell.text for row in rules for cell in (*row.cells.values(), *row.extra.values())
    )
    return {canonical_name(word) for word in re.findall(r"[A-Za-z][\w-]*", text)}


def _roles(text: str) -> Iterator[str]:
    for found in _ROLE.finditer(text):
        name = found["before"] or found["after"] or found["only"]
        by_word = found["only"] is not None
        if name.lower() in _RELATION or (by_word and not _is_people(name)):
            continue
        yield name


def _is_people(name: str) -> bool:
    return any(_PEOPLE.fullmatch(form) for form in (name.rstrip("s"), name.rstrip("s").lower()))
