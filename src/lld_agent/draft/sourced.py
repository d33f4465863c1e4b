"""What a text states that no source holds: numbers, products, dates, addresses, people."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from lld_agent.language.names import tokens
from lld_agent.language.quantity import find_quantities
from lld_agent.model.brief import Brief
from lld_agent.model.quantity import Dimension, Quantity
from lld_agent.sources.brief.words_of import technology_patterns

_NUMBER = re.compile(r"(?<![\w#/.,-])\d+(?:[.,]\d+)*(?![\w-])")
_STANDARD = re.compile(
    r"(?<!\w)(?:RFC|ISO|SHA|AES|TLS|SSL|OAuth|HTTP|UTF|Base|RSA|ECDSA|IEEE|EN|DIN|OpenAPI|WCAG|CWE|CVE|IPv|MD|HS|RS|ES|UUID)"
    r"[ /-]?v?\d+(?:[.:-]\d+)*",
    re.IGNORECASE,
)
# Encrypted transport is what everybody expects: naming it chooses no product.
_TRANSPORT = re.compile(r"(?<!\w)(?:HTTPS|TLS(?: 1\.[23])?)(?!\w)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
# Addresses that mean a kind of network, not a place: RFC 1918, RFC 6890.
_NETWORK = re.compile(
    r"(?<![\d.])(?:10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168|0)(?:\.\d{1,3}){2,3}(?:/\d{1,2})?(?![\d.])"
)
_ADDRESS = re.compile(
    r"https?://[^\s)>\]\"'`]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)
_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d)")
_PERSON = re.compile(
    r"(?<!\w)(?:Mrs?|Ms|Dr|Prof|Herr|Frau|Sr|Sra)\.? (?:[A-ZÄÖÜ]\w+)|(?<![\w@])@[A-Za-z][\w-]{1,38}(?!\w)"
)
# RFC 2606 and RFC 6761 keep these names for examples.
_EXAMPLE = re.compile(
    r"(?:^|[@/.])(?:example\.(?:com|org|net)|[\w.-]+\.(?:test|example|invalid)|localhost|127\.0\.0\.1)(?=[:/]|$)"
)
_STATUSES = {str(status.value) for status in HTTPStatus}
_PLAIN = {"0", "1"}


@dataclass(frozen=True)
class Sources:
    """All that a draft may state as fact.

    Attributes:
        text: words of the brief, of a person's answers and of decisions.
    """

    text: str

    @staticmethod
    def of(brief: Brief, more: Iterable[str] = ()) -> "Sources":
        """Return the sources that a brief and further texts are."""
        return Sources("\n".join((brief.title, brief.source.text, *more)))

    @cached_property
    def _folded(self) -> str:
        return self.text.casefold()

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(
            _plain_number(found) for found in re.findall(r"\d+(?:[.,]\d+)*", self.text)
        )

    @cached_property
    def _quantities(self) -> frozenset[tuple[Dimension, float, float]]:
        return frozenset(map(_measure, find_quantities(self.text)))

    @cached_property
    def _technologies(self) -> frozenset[tuple[str, ...]]:
        return frozenset(tokens(name) for name in _technologies(self.text))

    def unheard(self, text: str, *, literal: bool = False) -> tuple[str, ...]:
        """Return what a text states that no source holds, in order, each once.

        Args:
            text: a value of a slot.
            literal: whether it is code, data or a drawing: then only products and addresses count,
                since its bare numbers are examples.
        """
        found = [*self._addresses(text), *self._products(text)]
        if not literal:
            found += [*self._dates(text), *self._people(text), *self._figures(text)]
        return tuple(dict.fromkeys(found))

    def holds(self, words: str) -> bool:
        """Return whether words stand in a source, in any case."""
        return " ".join(words.casefold().split()) in " ".join(self._folded.split())

    def _addresses(self, text: str) -> Iterator[str]:
        for found in _ADDRESS.findall(text):
            if not _EXAMPLE.search(found) and found.casefold().rstrip(".,;") not in self._folded:
                yield found

    def _products(self, text: str) -> Iterator[str]:
        return (name for name in _technologies(text) if tokens(name) not in self._technologies)

    def _dates(self, text: str) -> Iterator[str]:
        return (found for found in _DATE.findall(text) if found not in self.text)

    def _people(self, text: str) -> Iterator[str]:
        return (found for found in _PERSON.findall(text) if found.casefold() not in self._folded)

    def _figures(self, text: str) -> Iterator[str]:
        bare = _NETWORK.sub(" ", _ADDRESS.sub(" ", _DATE.sub(" ", _STANDARD.sub(" ", text))))
        for quantity in find_quantities(bare):
            number = _plain_number(re.sub(r"[^\d.,]", "", quantity.raw))
            if _measure(quantity) not in self._quantities and number not in self._numbers:
                yield quantity.raw
        spans = [(q.span.start, q.span.end) for q in find_quantities(bare)]
        for found in _NUMBER.finditer(bare):
            plain = _plain_number(found[0])
            if any(start <= found.start() < end for start, end in spans):
                continue
            if plain not in _PLAIN and plain not in _STATUSES and plain not in self._numbers:
                yield found[0]


def _plain_number(text: str) -> str:
    """Return a number without the marks between its thousands: `262,144` and `262144` are one."""
    bare = text.strip(".,")
    return bare.replace(",", "") if _THOUSANDS.fullmatch(bare) else bare.replace(",", ".")


def _measure(quantity: Quantity) -> tuple[Dimension, float, float]:
    return quantity.dimension, quantity.low, quantity.high


def _technologies(text: str) -> Iterator[str]:
    text = _TRANSPORT.sub(" ", text)
    for _category, pattern in technology_patterns():
        for found in pattern.finditer(text):
            yield found[0]
