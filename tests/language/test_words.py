"""Word lists, null sentinels and stems."""

import pytest

from lld_agent.language.lexicon import Lexicons, is_none
from lld_agent.language.stems import stems


@pytest.mark.parametrize(
    "text",
    [
        "-",
        "—",
        "N/A",
        "None",
        "Required",
        "${VAR}",
        "`-`",
        "see 8.3",
        "vault:kv/x",
        "{{x}}",
        "",
        "无",
    ],
)
def test_null_sentinels(text: str):
    assert is_none(text)


@pytest.mark.parametrize("text", ["s3cr3t", "0", "false", "None of the callers retry twice", "300"])
def test_values_are_no_sentinels(text: str):
    assert not is_none(text)


def test_phrases_match_as_whole_words():
    lexicons = Lexicons()
    assert lexicons.find("controls", "dos", "survives a DoS") == "DoS"
    assert lexicons.find("controls", "dos", "dosage") == ""


def test_every_list_compiles():
    lexicons = Lexicons()
    for name in ("values", "controls"):
        for key in lexicons.keys(name):
            assert lexicons.words(name, key)
            assert not lexicons.find(name, key, "")


@pytest.mark.parametrize(
    ("left", "right", "language"),
    [
        ("expired reservations", "a reservation expires", "en"),
        ("abgelaufene Buchungen", "Buchung", "de"),
        ("校验失败", "输入校验", "zh"),
    ],
)
def test_stems_meet(left: str, right: str, language: str):
    assert stems(left, language) & stems(right, language)
