"""What kind of data a name or a message speaks of."""

import re
from collections.abc import Iterable
from functools import lru_cache

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.personal import is_personal
from lld_agent.model.design import Entity
from lld_agent.model.threats import DataClass

_CLASSES: tuple[tuple[DataClass, re.Pattern[str]], ...] = (
    (
        DataClass.CREDENTIAL,
        re.compile(
            r"\b(?:passwords?|passwd|passcodes?|pin|otp|credentials?|log-?in|sign-?in|jwt|bearer|session(?:s|_id)?"
            r"|cookies?|(?:access|refresh|id|auth|session|api|bearer)[ _-]?tokens?|senhas?|contraseñas?|passwort)\b",
            re.IGNORECASE,
        ),
    ),
    (
        DataClass.SECRET,
        re.compile(
            r"\b(?:secrets?|private[ _-]?keys?|api[ _-]?keys?|encryption[ _-]?keys?|kubeconfigs?|client_secret"
            r"|encrypted_\w+)\b",
            re.IGNORECASE,
        ),
    ),
    (
        DataClass.TENANT,
        re.compile(
            r"\b(?:tenants?|tenant_id|org_id|organi[sz]ation_id|workspace_id)\b", re.IGNORECASE
        ),
    ),
    (
        DataClass.PROMPT,
        re.compile(
            r"\b(?:prompts?|chat(?:s|/completions)?|completions?|embeddings?)\b", re.IGNORECASE
        ),
    ),
    (
        DataClass.MODEL,
        re.compile(
            r"\bmodel (?:weights?|artefacts?|artifacts?|files?|registry|checkpoints?)\b",
            re.IGNORECASE,
        ),
    ),
)


_PERSONAL = re.compile(
    r"\b(?:e-?mails?|telefone|phone|mobile number|cpf|personal data|pii|date of birth|full name|first name|last name"
    r"|home address|postal address|passport|ssn|iban|credit card|card number|ip address)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def classes_of(text: str) -> frozenset[DataClass]:
    """Return the kinds of data that a message, a field or a list of fields speaks of."""
    found = {kind for kind, pattern in _CLASSES if pattern.search(text)}
    if _PERSONAL.search(text.replace("_", " ")):
        found.add(DataClass.PERSONAL)
    return frozenset(found)


def classes_of_tables(entities: Iterable[Entity], lexicons: Lexicons) -> frozenset[DataClass]:
    """Return the kinds of data that columns hold."""
    found: set[DataClass] = set()
    for entity in entities:
        for column in entity.columns:
            found |= classes_of(column["column"].text) - {DataClass.PERSONAL}
            if is_personal(column, lexicons):
                found.add(DataClass.PERSONAL)
    return frozenset(found)
