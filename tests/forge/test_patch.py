"""Commentable lines, held against unidiff on diffs that difflib and git write."""

import difflib

import unidiff
from hypothesis import given
from hypothesis import strategies as st

from lld_agent.forge.patch import anchor, diff_lines
from lld_agent.forge.values import Anchor, ChangedFile

FILE = ChangedFile("new.md", "old.md", removed=False, patch=None)
PATCH = """@@ -1,3 +1,4 @@ # Title
 one
-two
+2
+2b
 three
@@ -10,2 +11,2 @@
 ten
-eleven
+11
\\ No newline at end of file"""


def test_added_and_surrounding_lines_may_be_commented():
    lines = diff_lines(PATCH)
    assert dict(lines.hunks) == {1: 1, 2: 1, 3: 1, 4: 1, 11: 2, 12: 2}
    assert dict(lines.unchanged) == {1: 1, 4: 3, 11: 10}


def test_a_range_stays_in_one_hunk_and_is_never_moved():
    lines = diff_lines(PATCH)
    assert anchor(FILE, lines, 2, 3) == Anchor("new.md", 3, 2, 0, "old.md")
    assert anchor(FILE, lines, 4, 4) == Anchor("new.md", 4, 0, 3, "old.md")
    assert anchor(FILE, lines, 4, 11) == Anchor("new.md", 4, 0, 3, "old.md"), "its first line"
    assert anchor(FILE, lines, 3, 12) == Anchor("new.md", 3, 0, 0, "old.md")
    assert anchor(FILE, lines, 5, 11) is None
    assert anchor(FILE, lines, 10, 11) is None, "the quoted line is not shown"


def test_hunks_that_touch_are_two_all_the_same():
    lines = diff_lines("@@ -1 +1 @@\n-a\n+A\n@@ -2 +2 @@\n-b\n+B")
    assert lines.hold(1, 1)
    assert not lines.hold(1, 2)


def test_no_patch_has_no_lines():
    for patch in (None, "", "Binary files differ", "@@ nonsense @@\n+x"):
        assert diff_lines(patch).hunks == {}


def test_content_that_looks_like_a_diff_is_content():
    patch = "@@ -0,0 +1,4 @@\n+@@ -1 +1 @@\n+--- a\n++++ b\n+\\ No newline"
    assert set(diff_lines(patch).hunks) == {1, 2, 3, 4}


LINES = st.lists(
    st.sampled_from(["a", "b", "", "- x", "+ y", "@@ -1 +1 @@", "\\ z", "# h"]), max_size=30
)


@given(LINES, LINES, st.integers(0, 3))
def test_lines_are_those_of_unidiff(before, after, context):
    text = "\n".join(
        difflib.unified_diff(before, after, "a/d.md", "b/d.md", lineterm="", n=context)
    )
    mine = diff_lines(text.partition("\n+++ b/d.md\n")[2])
    theirs = {
        line.target_line_no: (number, line.source_line_no or 0)
        for file in unidiff.PatchSet(text + "\n")
        for number, hunk in enumerate(file, 1)
        for line in hunk
        if line.is_added or line.is_context
    }
    assert {n: (hunk, mine.unchanged.get(n, 0)) for n, hunk in mine.hunks.items()} == theirs
    for number in mine.hunks:
        assert 1 <= number <= len(after)
