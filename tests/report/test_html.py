"""The HTML report as text: nothing of a document can act, whatever it says."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.samples import DESIGN, HOSTILE, PAYLOADS, reviewed

from lld_agent.model.source import SourceText
from lld_agent.report.html import html_report
from lld_agent.report.options import ReportOptions
from lld_agent.review.pipeline import review
from lld_agent.template.reader import read_design
from lld_agent.text.mermaid import engine, svg

URLS = ("href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href")
OPTIONS = ReportOptions()


class Seen(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def page(text: str = DESIGN, **more) -> Seen:
    return Seen(html_report((reviewed(text, **more),), OPTIONS))


def prove_harmless(seen: Seen) -> None:
    assert len(seen.all("script")) == len(seen.all("style")) == 1
    assert {tag for tag, _ in seen.tags} & {
        "iframe",
        "object",
        "embed",
        "base",
        "link",
        "svg",
        "video",
        "audio",
    } == set()
    for tag, attributes in seen.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        for name in URLS:
            value = attributes.get(name)
            if value is not None:
                kinds = r"data:image/svg\+xml;base64," if tag == "img" else r"#|https?://|mailto:"
                assert re.match(kinds, value), (tag, name, value)


def test_a_hostile_document_is_text():
    seen = page(HOSTILE)
    prove_harmless(seen)
    words = "".join(seen.words)
    assert "<script>alert(1)</script>" in words
    assert "\x1b" not in words
    assert "\u202e" not in words


@given(
    st.lists(
        st.one_of(
            st.sampled_from((*PAYLOADS, "\n", "|", "```\n", "# ", "- ", "| a |\n|---|\n", "TBD")),
            st.text(),
        ),
        max_size=9,
    )
)
def test_whatever_a_document_says(parts: list[str]):
    text = "# Bells\n\nTBD\n\n" + "".join(parts)
    result = review(read_design(SourceText(text.replace("\x00", ""), "x.md")))
    prove_harmless(Seen(html_report((result,), OPTIONS)))


def test_hostile_paths_reasons_and_messages_are_text():
    path = '"><script>alert(1)</script>.md'
    result = reviewed(DESIGN.replace("in May", PAYLOADS[0]), path)
    odd = result.findings[0].model_copy(
        update={"message": PAYLOADS[1], "hint": PAYLOADS[6], "note": PAYLOADS[0]}
    )
    prove_harmless(Seen(html_report((replace(result, path=path, findings=(odd,)),), OPTIONS)))


def test_the_policy_allows_what_the_page_holds_and_nothing_else():
    text = html_report((reviewed(),), OPTIONS)
    (policy,) = [
        a["content"]
        for a in Seen(text).all("meta")
        if a.get("http-equiv") == "Content-Security-Policy"
    ]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == "'none'"
    assert "unsafe" not in policy
    for name in ("style", "script"):
        inside = re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert parts[f"{name}-src"] == f"'sha256-{digest}'"


@pytest.mark.parametrize("text", [DESIGN, HOSTILE])
def test_ids_are_unique_and_links_inside_lead_somewhere(text: str):
    seen = Seen(html_report((reviewed(text), reviewed(text, "other.md")), OPTIONS))
    ids = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = {a["href"][1:] for a in seen.all("a") if (a.get("href") or "").startswith("#")}
    assert inside <= set(ids)


def test_each_place_of_a_finding_is_marked_in_the_document():
    result = reviewed()
    seen = page()
    marked = {a["id"] for a in seen.all("span") if a.get("class") == "marks"}
    wanted = {
        f"d0-l{e.location.line}" for f in (*result.findings, *result.suppressed) for e in f.evidence
    }
    assert marked == wanted
    cards = {a["id"] for a in seen.all("li") if (a.get("class") or "").startswith("finding")}
    assert {a["data-finding"] for a in seen.all("a") if "data-finding" in a} == cards


def test_links_of_the_document():
    text = "# Bells\n\n## Strike it\n\n[in](#strike-it) [nowhere](#x) [web](https://example.org/a?b=1&c=2) [file](../a.md)\n\nTBD\n"
    links = {a.get("href") for a in page(text).all("a") if a.get("class") in {None, "ref"}}
    assert {"#d0-s-strike-it", "https://example.org/a?b=1&c=2", None} <= links
    assert "../a.md" not in links
    assert "#x" not in links


def test_a_diagram_is_drawn_and_described():
    (image,) = page().all("img")
    assert image["alt"] == "Sequence diagram; participants Rope, Bell; 2 steps"
    drawn = base64.b64decode(image["src"].partition(",")[2]).decode()
    root = ET.fromstring(drawn)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "pull" in "".join(root.itertext())


def test_a_diagram_beside_a_picture_stands_in_its_place():
    text = "# Bells\n\n![Strike](img/strike.png) TBD\n"
    design = read_design(
        SourceText(text, "x.md"),
        {"img/strike.png": "", "img/strike.mmd": "sequenceDiagram\n A->>B: pull\n"},
    )
    seen = Seen(html_report((review(design),), OPTIONS))
    assert len(seen.all("img")) == 1
    assert "Strike (img/strike.png)" in "".join(seen.words)


def test_without_findings_and_without_the_document():
    clean = reviewed("# Bells\n\nAll said.\n")
    assert "No findings." in "".join(Seen(html_report((clean,), OPTIONS)).words)
    bare = html_report((replace(reviewed(), design=None),), OPTIONS)
    assert "The text of this document is not part of the report." in bare


def test_a_long_table_with_many_findings():
    rows = "".join(f"| `SECRET_{n}` | No | `changeme` | x | Yes |\n" for n in range(1000))
    head = "| Variable | Required | Default | Description | Sensitive |\n|---|---|---|---|---|\n"
    seen = (
        page("# Bells\n\n" + head + rows, path="x.md")
        if False
        else page("# Bells\n\n" + head + rows)
    )
    assert len(seen.all("tr")) == 1001


# SVG

EVIL = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 30" onload="alert(1)">
<script>alert(2)</script><style>@import url(https://evil.example/a.css); .a{fill:url(https://evil.example/x);b:\\75rl(//e)}</style>
<a href="javascript:alert(3)" xlink:href="javascript:alert(3)"><text onclick="alert(4)">word</text></a>
<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example"/></foreignObject>
<image href="https://evil.example/p.png"/><use href="https://evil.example/s.svg#a"/><use href="#ok"/>
<animate attributeName="href" to="javascript:alert(5)"/><set attributeName="onload" to="alert(6)"/>
<rect id="ok" style="fill:url('https://evil.example/x')" marker-end="url(#arrow)"/></svg>"""


def test_what_could_act_is_taken_out_of_a_drawing():
    text = svg.clean(EVIL)
    root = ET.fromstring(text)
    assert not re.search(r"evil|javascript|alert|script|foreignObject|image|animate|import", text)
    assert "word" in "".join(root.itertext())
    assert 'href="#ok"' in text
    assert "url(#arrow)" in text
    assert (root.get("width"), root.get("height")) == ("88", "30"), "a margin for labels"


def test_labels_are_not_cut_where_fonts_are_wider():
    drawn = svg.clean(engine.draw("stateDiagram-v2\n A --> B: a rather long label of an arrow\n"))
    inner = ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}svg")
    styles = [element.get("style", "") for element in list(inner)[1:]]
    assert styles
    assert all("overflow:visible" in style and "hidden" not in style for style in styles)


@pytest.mark.parametrize(
    "text",
    ["", "x", "<svg/>", "<svg", "<html xmlns='http://www.w3.org/2000/svg'/>",
     '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'],
)  # fmt: skip
def test_what_is_no_drawing_is_nothing(text: str):
    assert svg.clean(text) == ""


@given(st.text())
def test_no_text_breaks_the_engine_or_passes_the_cleaner(label: str):
    drawn = svg.clean(engine.draw(f'flowchart LR\n a["{label}"] --> b\n click a href "{label}"\n'))
    for element in ET.fromstring(drawn).iter() if drawn else ():
        assert element.tag.rpartition("}")[2] not in {"script", "foreignObject", "image", "a"}
        assert not [n for n in element.attrib if n.lower().startswith("on")]


def test_too_large_a_diagram_is_not_drawn():
    assert engine.draw("flowchart LR\n" + "a-->b\n" * 10_000) == ""


# Colours

CSS = (files("lld_agent.report.html") / "style.css").read_text("utf-8")


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[n : n + 2]) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("block", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [("text", "bg"), ("text", "panel"), ("text", "raised"), ("soft", "bg"), ("soft", "panel"), ("soft", "raised"),
     ("soft", "code"), ("link", "bg"), ("link", "raised"), ("error", "error-bg"), ("warning", "warning-bg"),
     ("info", "info-bg"), ("error", "raised"), ("warning", "raised"), ("info", "raised"), ("text", "error-bg"),
     ("text", "warning-bg"), ("text", "info-bg"), ("soft", "error-bg")],
)  # fmt: skip
def test_words_stand_out_from_their_ground(block: int, ink: str, paper: str):
    roots = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", roots[block]))
    light, dark = sorted((luminance(colours[ink]), luminance(colours[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
