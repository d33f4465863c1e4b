"""The original module template, filled once with a neutral entity: a fixed text for each blank."""

import re
from collections import Counter

# In the order in which a blank occurs; the last value stands for all that follow.
VALUES: dict[str, tuple[str, ...]] = {
    "PROJECT_NAME": ("Lending",),
    "MODULE_NAME": ("VOUCHERS",),
    "VERSION": ("0.1", "1", "16", "7", "2"),
    "DATE": ("2026-03-02",),
    "AUTHOR": ("Ana Ruiz",),
    "REVIEWERS": ("Ben Okafor",),
    "HLD_LINK": ("https://example.org/hld",),
    "REPO_NAME": ("vouchers",),
    "TEAM_NAME": ("Lending",),
    "ONE_SENTENCE_WHAT_THIS_MODULE_DOES": ("Keeps vouchers and their approval.",),
    "WHAT_THIS_MODULE_OWNS": ("vouchers and their states",),
    "WHAT_THIS_MODULE_DOES_NOT_OWN": ("payments",),
    "WHAT_IT_DELEGATES": ("printing, to the print service",),
    "BUSINESS_RULE_1": ("A voucher has one holder.",),
    "BUSINESS_RULE_2": ("A voucher is approved once.",),
    "BUSINESS_RULE_3": ("A code is given once.",),
    "ServiceClassName": ("VoucherService",),
    "RepositoryInterface": ("VoucherRepository",),
    "Controller": ("VoucherController",),
    "Entity": ("Voucher",),
    "EntityJSON": ("VoucherJSON",),
    "Filter": ("VoucherFilter",),
    "DomainEvent": ("VoucherEvent",),
    "entity": ("voucher",),
    "entities": ("vouchers",),
    "resource": ("vouchers",),
    "RESOURCE": ("vouchers",),
    "FIELD_1": ("code",),
    "FIELD_2": ("amount",),
    "TYPE_1": ("string",),
    "TYPE_2": ("number",),
    "TABLE_NAME_1": ("vouchers",),
    "TABLE_NAME_2": ("holders",),
    "TABLE_PURPOSE": ("One row per voucher.", "One row per holder."),
    "COLUMN_1": ("code", "name"),
    "COLUMN_2": ("amount",),
    "TYPE": ("VARCHAR(20)", "INTEGER", "VARCHAR(80)"),
    "YES/NO": ("NO",),
    "DEFAULT": ("",),
    "CONSTRAINTS": ("UNIQUE", "CHECK (amount > 0)", "NOT NULL"),
    "DESCRIPTION": ("Code on the voucher", "Amount in cents", "Name of the holder"),
    "FK_COLUMN": ("holder_id",),
    "OTHER_TABLE": ("holders",),
    "COLUMN": ("holder_id",),
    "QUERY_RATIONALE": ("Vouchers of a holder",),
    "ENUM_NAME": ("voucher_kind",),
    "VALUE_1": ("GIFT",),
    "VALUE_2": ("REFUND",),
    "VALUE_3": ("TRIAL",),
    "MIGRATION_FILE_NAME": ("0001_vouchers",),
    "YES_NO": ("YES", "NO"),
    "NOTES": ("new tables",),
    "BACKFILL_STRATEGY": ("nothing is there yet",),
    "ESTIMATE": ("1 s",),
    "field1": ("code",),
    "field2": ("amount",),
    "type_and_example": ("AB-12", "500"),
    "value": ("AB-12",),
    "DUPLICATE_FIELD": ("code",),
    "BUSINESS_RULE": ("one holder",),
    "filter1": ("kind",),
    "type": ("string",),
    "ALGORITHM_NAME": ("Ranking",),
    "WHAT_IT_DOES": ("Orders vouchers for the list.",),
    "TIME_COMPLEXITY": ("n log n",),
    "SPACE_COMPLEXITY": ("n",),
    "algorithmName": ("rank",),
    "InputType": ("Vouchers",),
    "OutputType": ("Vouchers",),
    "VALIDATION_MESSAGE": ("no vouchers",),
    "STEP_2_DESCRIPTION": ("keep those that are open",),
    "CONDITION": ("open",),
    "STEP_3_DESCRIPTION": ("sort",),
    "SORT_CRITERIA": ("amount",),
    "BUSINESS_RULES": ("rules",),
    "SINGLE_ITEM_BEHAVIOR": ("Return it",),
    "MAX_ITEMS": ("1000",),
    "ENTITY_CREATED_EVENT": ("voucher.created",),
    "SECONDARY_FLOW_NAME": ("Read",),
    "id": ("id",),
    "CACHE_TTL": ("300",),
    "PERMISSION": ("manager",),
    "DOMAIN": ("example.org",),
    "ERROR_CODE": ("not-found",),
    "Human-readable error title": ("Voucher not found",),
    "Specific error message": ("There is no such voucher",),
    "TRACE_ID": ("4bf92f35",),
    "FALLBACK_BEHAVIOR": ("answer without the print status",),
    "UNIQUE_FIELD": ("code",),
    "FLOW": ("approval",),
    "RACE_CONDITION_DESCRIPTION": ("Two managers approve at once",),
    "MITIGATION": ("row lock", "an index", "batches"),
    "BASELINE": ("not measured",),
    "TTL": ("300",),
    "BOTTLENECK_1": ("The list",),
    "BOTTLENECK_2": ("The import",),
    "INTERNAL_SERVICE_1": ("print-service",),
    "PURPOSE": ("Prints vouchers", "Shared types", "Rates"),
    "FALLBACK": ("Printing is tried later", "Last known rate"),
    "SHARED_LIB": ("lending-types",),
    "EXTERNAL_API": ("Rates API",),
    "EXTERNAL_API_KEY_VAR": ("RATES_API_KEY",),
    "EXTERNAL_SERVICE": ("the Rates API",),
    "DB_CONNECTION_VAR": ("DATABASE_URL",),
    "UNIT_COVERAGE": ("90",),
    "module": ("vouchers",),
}
_BLANK = re.compile(r"\{\{([^{}]+)\}\}")


def fill(template: str) -> str:
    """Return the template with every blank filled, states by their names, one status.

    Raises:
        KeyError: a blank has no value here.
    """
    used: Counter[str] = Counter()

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("STATE_"):
            return name.removeprefix("STATE_")
        values = VALUES[name]
        used[name] += 1
        return values[min(used[name], len(values)) - 1]

    text = _BLANK.sub(value, template)
    return text.replace("Draft | In Review | Approved", "Draft")
