"""The HTML report in a browser. Skipped where there is no Chromium, and said so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.report.chromium import Page, find
from tests.report.samples import DESIGN, HOSTILE, reviewed

from lld_agent.report.html import html_report
from lld_agent.report.options import ReportOptions

PROGRAM = find()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine")
COUNT = "document.getElementById('count').textContent"
SHOWN = (
    "[...document.querySelectorAll('li.finding')].filter(e => !e.hidden).map(e => e.dataset.rule)"
)
RULES = ("STR003", "STR004", "CFG002")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("report")
    for name, text in (("design", DESIGN), ("hostile", HOSTILE)):
        result = reviewed(text)
        assert {finding.rule for finding in result.findings} <= set(RULES)
        (place / f"{name}.html").write_text(
            html_report((result,), ReportOptions()), encoding="utf-8"
        )
    return place


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    assert PROGRAM
    with Page(PROGRAM) as page:
        yield page


@pytest.mark.parametrize("name", ["design", "hostile"])
def test_it_works_from_a_file_asks_for_nothing_and_complains_of_nothing(
    browser: Page, folder: Path, name: str
):
    file = folder / f"{name}.html"
    browser.open(file)
    assert browser.run(
        "document.images.length && [...document.images].every(i => i.complete && i.naturalWidth > 0)"
    )
    asked = [url for url in browser.requests() if not url.startswith("data:image/svg+xml;base64,")]
    assert asked == [file.as_uri()]
    assert browser.complaints() == []
    assert not [e for e in browser.events if e["method"] == "Page.javascriptDialogOpening"]


def test_the_policy_stops_what_an_escape_would_have_missed(browser: Page, folder: Path):
    text = (folder / "design.html").read_text(encoding="utf-8")
    evil = "<script>window.hit = 1</script><img src=x:y onerror='window.hit = 2'><style>body{margin:99px}</style>"
    assert "</main>" in text
    (folder / "evil.html").write_text(text.replace("</main>", f"{evil}</main>"), encoding="utf-8")
    browser.open(folder / "evil.html")
    assert browser.run("window.hit === undefined")
    assert browser.run("getComputedStyle(document.body).marginTop") == "0px"
    assert sum("Content Security Policy" in line for line in browser.complaints()) >= 3


def test_filters_by_severity_and_rule_and_says_how_many(browser: Page, folder: Path):
    browser.open(folder / "design.html")
    everything = browser.run(SHOWN)
    assert set(everything) == {"STR004", "CFG002"}
    assert browser.run(COUNT) == f"{len(everything)} findings"
    browser.click("label.chip.error")
    assert browser.run(SHOWN) == [rule for rule in everything if rule != "CFG002"]
    assert browser.run(COUNT) == f"{len(everything) - 1} of {len(everything)} findings"
    assert browser.run("document.querySelector('tr.hit').classList.contains('quiet')")
    browser.run(
        "(() => { const s = document.querySelector('select'); s.value = 'CFG002';"
        " s.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    assert browser.run(SHOWN) == []
    assert browser.run("!document.getElementById('nothing').hidden")
    browser.click("label.chip.error")
    assert browser.run(SHOWN) == ["CFG002"]


def test_what_is_set_aside_is_shown_when_asked(browser: Page, folder: Path):
    browser.open(folder / "design.html")
    assert "STR003" not in browser.run(SHOWN)
    browser.click("label.chip:not(.error, .warning, .info)")
    assert "STR003" in browser.run(SHOWN)
    assert "suppressed in the document: in May" in browser.run("document.body.innerText")


def test_from_a_finding_to_its_line_and_back(browser: Page, folder: Path):
    browser.open(folder / "design.html")
    browser.click("li[data-rule=CFG002] a.message")
    line = DESIGN.split("\n").index("| `BELL_SECRET` | No | `changeme` | Signs pulls | Yes |") + 1
    assert browser.run("document.activeElement.id") == f"d0-l{line}"
    assert browser.run("document.querySelector('tr.hit').classList.contains('current')")
    assert browser.run("location.hash") == f"#d0-l{line}"
    browser.click("tr.hit a.mark")
    assert browser.run("document.activeElement.dataset.rule") == "CFG002"


def test_the_keyboard_goes_everywhere(browser: Page, folder: Path):
    browser.open(folder / "design.html")
    browser.press("Tab", 9)
    assert browser.run("document.activeElement.textContent") == "Skip to the findings"
    browser.press("Enter", 13)
    browser.run("document.querySelector('li.finding a.message').focus()")
    rules = browser.run(SHOWN)
    browser.press("ArrowDown", 40)
    assert browser.run("document.activeElement.closest('li').dataset.rule") == rules[1]
    browser.press("ArrowUp", 38)
    assert browser.run("document.activeElement.closest('li').dataset.rule") == rules[0]


def test_landmarks_and_a_live_count(browser: Page, folder: Path):
    browser.open(folder / "design.html")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if "role" in node and not node["ignored"]]
    for role in ("banner", "main", "complementary", "status", "form", "article"):
        assert roles.count(role) == 1, role
    named = {
        node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == "checkbox"
    }
    assert {"error 1", "set aside 1"} <= named


@pytest.mark.parametrize("width", [320, 420, 900, 1440])
def test_nothing_runs_off_the_side(folder: Path, width: int):
    assert PROGRAM
    with Page(PROGRAM, width=width) as page:
        for name in ("design", "hostile"):
            page.open(folder / f"{name}.html")
            assert page.run("document.documentElement.scrollWidth <= innerWidth")


def test_dark_is_dark(folder: Path):
    assert PROGRAM
    with Page(PROGRAM, dark=True) as page:
        page.open(folder / "design.html")
        assert page.run("getComputedStyle(document.body).backgroundColor") == "rgb(15, 19, 24)"


def test_without_scripts_everything_is_there(folder: Path):
    assert PROGRAM
    with Page(PROGRAM) as page:
        page.call("Emulation.setScriptExecutionDisabled", value=True)
        page.open(folder / "design.html", "#d0-l3")
        root = page.call("DOM.getDocument")["root"]["nodeId"]
        for selector, there in (
            ("form[hidden]", True),
            ("li.finding[hidden]", False),
            ("li.finding", True),
        ):
            found = page.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
            assert bool(found) is there, selector
