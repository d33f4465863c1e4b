"""Keys and indexes that SQL declares, in CREATE TABLE and beside it."""

from lld_agent.model.design import Entity
from lld_agent.model.source import SourceText
from lld_agent.template.reader import read_design

SQL = """# Loans

## Schema

```sql
CREATE TABLE loan (
  id UUID PRIMARY KEY,
  branch_id UUID REFERENCES branch (id),
  code TEXT NOT NULL,
  UNIQUE (branch_id, code)
);
```

## Indexes

```sql
CREATE UNIQUE INDEX CONCURRENTLY uq_loan_code ON public.loan USING btree (lower(code)) WHERE code IS NOT NULL;
CREATE INDEX ON loan (code DESC, id);
CREATE INDEX ix_other ON nowhere (id);
```
"""


def indexes(entity: Entity) -> list[tuple[str, str, str]]:
    return [(i["name"].text, i["columns"].text, i["type"].text) for i in entity.indexes]


def test_table_constraints_and_later_statements_are_indexes_of_their_table():
    (loan,) = read_design(SourceText(SQL)).entities
    assert indexes(loan) == [
        ("", "branch_id, code", "UNIQUE"),
        ("uq_loan_code", "lower(code)", "UNIQUE"),
        ("", "code DESC, id", "INDEX"),
    ]


def test_mysql_keys_are_read_too():
    text = "# x\n\n```sql\nCREATE TABLE loan (id bigint, code int, KEY `ix` (`code`), PRIMARY KEY (`id`));\n```\n"
    (loan,) = read_design(SourceText(text)).entities
    assert [(columns, kind) for _, columns, kind in indexes(loan)] == [
        ("code", "INDEX"),
        ("id", "PRIMARY KEY"),
    ]


def test_an_index_beside_a_column_table_belongs_to_it():
    text = (
        "# x\n\n#### loan\n\n**Table:** `loan`\n\n| Column | Type | Constraints | Description |\n"
        "|---|---|---|---|\n| `id` | UUID | PK | key |\n\n```sql\nCREATE INDEX ix ON loan (id);\n```\n"
    )
    (loan,) = read_design(SourceText(text)).entities
    assert indexes(loan) == [("ix", "id", "INDEX")]
    assert SourceText(text).slice(loan.indexes[0].span) == "CREATE INDEX ix ON loan (id)"
