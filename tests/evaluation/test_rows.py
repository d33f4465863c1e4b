"""Rows against golden rows: the figures must be those that anybody can work out by hand."""

import itertools
import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluation.standins import EXAMPLES, KINDS

from lld_agent.evaluation.assignment import assign
from lld_agent.evaluation.contents import Item, statements, tables
from lld_agent.evaluation.rows import MATCH, match_documents, match_table, row_score
from lld_agent.evaluation.similarity import same_item
from lld_agent.template.kit import Document
from lld_agent.template.parse import parse
from lld_agent.template.registry import TEMPLATES

PARAPHRASES = yaml.safe_load(
    (Path(__file__).parent / "paraphrases.yaml").read_text(encoding="utf-8")
)


def design(slug: str) -> Document:
    text = (EXAMPLES / slug / "design.md").read_text(encoding="utf-8")
    return parse(TEMPLATES[KINDS[slug][0]], text)


def changed(document: Document, change) -> Document:
    """Return a document in which the rows of every table are what `change` makes of them."""

    def walk(value):
        if isinstance(value, dict):
            return {name: walk(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return change([walk(one) for one in value])
        return value

    return type(document).model_validate(walk(document.model_dump()))


@given(st.integers(0, 5), st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_assignment_is_the_best_of_all(rows: int, columns: int, chance: random.Random):
    scores = [[chance.randint(0, 9) / 9 for _ in range(columns)] for _ in range(rows)]
    found = assign(scores)
    assert len(found) == min(rows, columns)
    assert len({row for row, _ in found}) == len({column for _, column in found}) == len(found)
    small, large = sorted((range(rows), range(columns)), key=len)
    turned = len(range(rows)) > len(range(columns))
    best = max(
        (
            sum(
                scores[b if turned else a][a if turned else b]
                for a, b in zip(small, chosen, strict=True)
            )
            for chosen in itertools.permutations(large, len(small))
        ),
        default=0.0,
    )
    assert sum(scores[row][column] for row, column in found) == pytest.approx(best)


@pytest.mark.parametrize("slug", KINDS)
def test_a_document_against_itself_is_perfect(slug: str):
    document = design(slug)
    found = row_score(match_documents(document, document))
    assert (found.precision, found.recall, found.f1, found.agreement) == (1, 1, 1, 1)
    assert sum(len(items) for items in tables(document).values()) > 200


def test_the_order_of_rows_says_nothing():
    document = design("webhook-relay")

    def shuffled(rows):
        random.Random(7).shuffle(rows)
        return rows

    other = changed(document, shuffled)
    assert other != document
    found = row_score(match_documents(document, other))
    assert (found.precision, found.recall, found.agreement) == (1, 1, pytest.approx(1))


@pytest.mark.parametrize("slug", ["webhook-relay", "parcel-lockers"])
def test_dropped_rows_lower_recall_by_their_share(slug: str):
    whole = tables(design(slug))
    total = dropped = matched = others = 0
    for at, (slot, items) in enumerate(whole.items()):
        gone = min(at % 3, len(items) - 1)
        left = items[gone:]
        found = match_table(slot, items, left)
        total, dropped = total + len(items), dropped + gone
        matched, others = matched + len(found.matched), others + len(left)
        assert set(map(id, found.missing)) == set(map(id, items[:gone]))
    assert dropped > 10
    assert matched == others
    assert matched / total == pytest.approx(1 - dropped / total)


def test_invented_rows_lower_precision():
    items = tables(design("parcel-lockers"))["context.constraints"]
    strange = Item({"kind": "Xylophone", "description": "zzz qqq vvv"}, ("kind",))
    found = match_table("context.constraints", items, (*items, strange))
    assert row_score([found]).precision == pytest.approx(len(items) / (len(items) + 1))
    assert found.extra == (strange,)


def test_another_document_scores_low():
    one, two = design("parcel-lockers"), design("ticket-summaries")
    assert row_score(match_documents(one, two)).f1 < 0.1


def pairs(table: dict) -> tuple[list[Item], list[Item]]:
    columns = table["columns"]
    return tuple(
        [
            Item(dict(zip(columns, pair[side], strict=True)), (columns[0],))
            for pair in table["pairs"]
        ]
        for side in (0, 1)
    )


def test_paraphrased_rows_are_found_and_not_mixed_up():
    right = wrong = total = 0
    for table in PARAPHRASES:
        golden, other = pairs(table)
        found = match_table(table["table"], golden, other, table.get("language", "en"))
        total += len(golden)
        for one, two, _ in found.matched:
            if golden.index(one) == other.index(two):
                right += 1
            else:
                wrong += 1
    assert total >= 35
    assert right / total >= 0.9
    assert wrong == 0


def test_pairs_of_other_things_stay_below_the_threshold():
    for table in PARAPHRASES:
        golden, other = pairs(table)
        for a, one in enumerate(golden):
            for b, two in enumerate(other):
                if a != b:
                    assert same_item(one, two, table.get("language", "en")) < MATCH, (one, two)


def test_a_grey_pair_is_no_match_unless_somebody_settles_it():
    golden = (
        Item({"threat": "Guessing of codes", "mitigation": "Lock after five tries"}, ("threat",)),
    )
    other = (Item({"threat": "Brute force on codes", "mitigation": "Account lock"}, ("threat",)),)
    assert 0.25 <= same_item(golden[0], other[0]) < MATCH
    alone = match_table("security.threats", golden, other)
    assert (len(alone.matched), len(alone.grey)) == (0, 1)
    asked = []

    def yes(slot, one, two):
        asked.append((slot, one, two))
        return True

    settled = match_table("security.threats", golden, other, settle=yes)
    assert (len(settled.matched), len(settled.grey)) == (1, 0)
    assert asked == [("security.threats", golden[0], other[0])]
    refused = match_table("security.threats", golden, other, settle=lambda *_: False)
    assert (len(refused.matched), len(refused.grey), len(refused.missing)) == (0, 0, 1)


def test_names_of_path_parameters_say_nothing_but_methods_do():
    def endpoint(method: str, path: str) -> Item:
        return Item(
            {"method": method, "path": path}, ("method", "path"), frozenset({"method", "path"})
        )

    golden = endpoint("GET", "/users/{id}")
    assert same_item(golden, endpoint("get", "/users/{userId}")) == 1
    assert same_item(golden, endpoint("DELETE", "/users/{id}")) == 0
    assert same_item(golden, endpoint("GET", "/orders/{id}")) == 0
    assert same_item(endpoint("GET", "/v1/users"), endpoint("GET", "/v1/orders")) == 0
    assert same_item(endpoint("GET", "/v1/users"), endpoint("GET", "/users")) > MATCH


def test_rows_of_other_parts_are_other_rows():
    def column(table: str) -> Item:
        return Item(
            {"name": "id"}, ("name",), frozenset({"name"}), parent=Item({"name": table}, ("name",))
        )

    def error(path: str, family: str) -> Item:
        family = Item({"name": family}, ("name",))
        at = Item(
            {"method": "GET", "path": path},
            ("method", "path"),
            frozenset({"method", "path"}),
            parent=family,
        )
        return Item({"code": "GONE"}, ("code",), frozenset({"code"}), parent=at)

    assert same_item(column("orders"), column("orders")) == 1
    assert same_item(column("orders"), column("invoices")) < MATCH
    assert same_item(error("/a", "Orders"), error("/b", "Orders")) < MATCH
    assert (
        same_item(error("/a", "Orders"), error("/a", "Something else")) == 1
    )  # families are names only


def test_drawings_do_not_say_what_a_flow_is_about():
    drawing = "sequenceDiagram\n    Client->>Service: request\n    Service-->>Client: answer"

    def flow(name: str) -> Item:
        return Item({"name": name, "diagram": drawing}, ("name",), literal=frozenset({"diagram"}))

    assert same_item(flow("Hold units"), flow("Publish events")) < 0.2
    assert same_item(flow("Hold units"), flow("Hold units")) == 1


def test_what_the_template_gives_is_no_row():
    blank = TEMPLATES["module"].model()
    assert tables(blank) == {}
    pending = blank.model_copy(
        update={
            "overview": blank.overview.model_copy(update={"rules": ("[Q-1] Which rules?", "Real")})
        }
    )
    assert [item.cells for item in tables(pending)["overview.rules"]] == [{"text": "Real"}]
    assert [one.plain for one in statements(pending) if one.slot == "overview.rules"] == [
        "",
        "Real",
    ]
