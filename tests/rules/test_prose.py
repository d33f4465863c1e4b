from lld_agent.model.source import SourceText
from lld_agent.rules.str_structure.prose import PAINT, prose
from lld_agent.template.reader import read_design

TEXT = (
    "---\ntitle: TODO\n---\n# A `TODO` b\r\n\r\n- c [d](TODO)\n  ```\n  TODO\n  ```\n\n"
    "~~~\nTODO\n~~~\n<!-- TODO -->\n\nSee https://example.org/TODO and `` TODO` ``, e ` f\n\n` g\n"
)


def test_code_comments_and_targets_are_painted_over_in_place():
    painted = prose(read_design(SourceText(TEXT)))
    assert len(painted) == len(TEXT)
    assert "TODO" not in painted
    for offset, (seen, written) in enumerate(zip(painted, TEXT, strict=True)):
        assert seen in {written, PAINT}, offset
    for word in ("# A ", " b\r\n", "- c [d](", "See ", " and ", ", e ` f\n\n` g\n"):
        assert word in painted
