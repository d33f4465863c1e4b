"""One resolver: spellings of one name meet, names of different things do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lld_agent.language.names import Resolver, canonical_name, similarity, singular, tokens


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("UserAccount", "user_accounts"),
        ("user-account", "User Account table"),
        ("PostgreSQL", "postgres"),
        ("simulation_results Table", "SimulationResult"),
        ("JWTTokens", "jwt_token"),
        ("Addresses", "address"),
        ("categories", "Category entity"),
    ],
)
def test_spellings_of_one_name(left: str, right: str):
    assert similarity(left, right) == 1.0
    assert canonical_name(left) == canonical_name(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("user", "user_billing"), ("order", "order_item"), ("model", "cloud_model"), ("", "x")],
)
def test_names_of_different_things(left: str, right: str):
    assert similarity(left, right) < 0.85


def test_a_name_that_fits_two_candidates_stays_unresolved():
    resolution = Resolver().resolve("parcel event log", ["parcel event", "parcel log", "event log"])
    assert resolution.match is None


def test_two_spellings_of_one_candidate_are_one():
    assert Resolver().resolve("lockers", ["Locker", "locker table"]).match in {
        "Locker",
        "locker table",
    }


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("statuses", "status"),
        ("boxes", "box"),
        ("bus", "bus"),
        ("news", "news"),
        ("analysis", "analysis"),
    ],
)
def test_singular(many: str, one: str):
    assert singular(many) == one


@given(st.text(max_size=60))
def test_any_text_has_a_canonical_name(name: str):
    assert canonical_name(name) == canonical_name(canonical_name(name)) or tokens(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zählerstände", "zaehlerstaende"),
        ("Straße", "strasse"),
        ("E-Mail address", "email_address"),
    ],
)
def test_spellings_of_one_word(one: str, other: str):
    assert tokens(one) == tokens(other)
