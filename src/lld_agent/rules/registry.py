"""Which rules there are: one explicit table, id to class, imported when it is asked for.

Adding a rule is one line of `TABLE`. Ids are forever: an id that goes away moves to `RETIRED`.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module

from lld_agent.errors import InternalError
from lld_agent.rules.base import Rule
from lld_agent.rules.critics import critics

# id -> module under lld_agent.rules, then its class
TABLE: Mapping[str, str] = {
    "AIM001": "aim_models.gpu_double_count:GpuDoubleCount",
    "AIM002": "aim_models.cache_formula:CacheFormula",
    "AIM003": "aim_models.memory_arithmetic:MemoryArithmetic",
    "AIM004": "aim_models.parallel_divisibility:ParallelDivisibility",
    "AIM005": "aim_models.context_overrun:ContextOverrun",
    "AIM006": "aim_models.token_limit_unenforced:TokenLimitUnenforced",
    "AIM007": "aim_models.guardrail_gap:GuardrailGap",
    "AIM008": "aim_models.stage_unsafe:StageUnsafe",
    "AIM009": "aim_models.generation_over_timeout:GenerationOverTimeout",
    "AIM010": "aim_models.routing_without_default:RoutingWithoutDefault",
    "API001": "api_contract.undeclared_endpoint:UndeclaredEndpoint",
    "API002": "api_contract.class_contract_drift:ClassContractDrift",
    "API003": "api_contract.no_error_table:NoErrorTable",
    "API004": "api_contract.rate_limit_no_429:RateLimitWithout429",
    "API005": "api_contract.expected_error_missing:ExpectedErrorMissing",
    "API006": "api_contract.status_unclassified:StatusUnclassified",
    "API007": "api_contract.error_code_conflict:ErrorCodeConflict",
    "API008": "api_contract.list_unpaginated:ListUnpaginated",
    "API009": "api_contract.pagination_conflict:PaginationConflict",
    "API010": "api_contract.operational_gap:OperationalGap",
    "API011": "api_contract.unsafe_get:UnsafeGet",
    "API012": "api_contract.error_format:ErrorFormat",
    "API013": "api_contract.path_param_mismatch:PathParameterMismatch",
    "API014": "api_contract.async_no_status:AsyncWithoutStatus",
    "API015": "api_contract.enum_drift:ApiEnumDrift",
    "CFG001": "cfg_configuration.env_undeclared:EnvUndeclared",
    "CFG002": "cfg_configuration.secret_default:SecretDefault",
    "CFG003": "cfg_configuration.secret_not_sensitive:SecretNotSensitive",
    "CFG004": "cfg_configuration.secret_row_missing:SecretRowMissing",
    "CFG005": "cfg_configuration.secret_lifecycle:SecretLifecycle",
    "CFG006": "cfg_configuration.required_default:RequiredWithDefault",
    "CFG007": "cfg_configuration.duration_unit:DurationWithoutUnit",
    "CFG008": "cfg_configuration.default_conflict:DefaultConflict",
    "CFG009": "cfg_configuration.production_weaker:ProductionWeaker",
    "DAT001": "dat_data.foreign_keys:ForeignKeyUndeclared",
    "DAT002": "dat_data.key_unindexed:ForeignKeyUnindexed",
    "DAT003": "dat_data.key_invalid:KeyInvalid",
    "DAT004": "dat_data.table_undeclared:TableUndeclared",
    "DAT005": "dat_data.erd_drift:ErdDrift",
    "DAT006": "dat_data.query_unindexed:QueryUnindexed",
    "DAT007": "dat_data.uniqueness_unbacked:UniquenessUnbacked",
    "DAT008": "dat_data.lock_column:LockColumnMissing",
    "DAT009": "dat_data.enum_open:EnumOpen",
    "DAT010": "dat_data.mixed_timestamps:MixedTimestamps",
    "DAT011": "dat_data.unsafe_migration:UnsafeMigration",
    "DAT012": "dat_data.cache_stale:CacheStale",
    "DAT013": "dat_data.cache_conflict:CacheConflict",
    "DAT014": "dat_data.dual_write:DualWrite",
    "DAT015": "dat_data.personal_retention:PersonalRetention",
    "ERR001": "err_resilience.retry_unsafe:RetryUnsafe",
    "ERR002": "err_resilience.retry_client_error:RetryClientError",
    "ERR003": "err_resilience.dependency_without_policy:DependencyWithoutPolicy",
    "ERR004": "err_resilience.breaker_missing:BreakerMissing",
    "ERR005": "err_resilience.timeout_budget:TimeoutBudget",
    "ERR006": "err_resilience.retry_count_conflict:RetryCountConflict",
    "ERR007": "err_resilience.backoff_unbounded:BackoffUnbounded",
    "ERR008": "err_resilience.fallback_empty:FallbackEmpty",
    "ERR009": "err_resilience.type_against_impact:TypeAgainstImpact",
    "ERR010": "err_resilience.inventory_drift:InventoryDrift",
    "ERR011": "err_resilience.retry_amplification:RetryAmplification",
    "ERR012": "err_resilience.sla_below_target:SlaBelowTarget",
    "ERR013": "err_resilience.no_dead_letter:NoDeadLetter",
    "FLO001": "flo_flows.participant_hygiene:ParticipantHygiene",
    "FLO002": "flo_flows.unknown_infrastructure:UnknownInfrastructure",
    "FLO003": "flo_flows.no_failure_path:NoFailurePath",
    "FLO004": "flo_flows.alt_fallthrough:AltFallthrough",
    "FLO005": "flo_flows.reply_bypass:ReplyBypass",
    "FLO006": "flo_flows.remote_call_in_transaction:RemoteCallInTransaction",
    "FLO007": "flo_flows.status_undeclared:FlowStatusUndeclared",
    "FLO008": "flo_flows.method_unknown:FlowMethodUnknown",
    "OPS001": "ops_operation.deploy_without_rollback:DeployWithoutRollback",
    "OPS002": "ops_operation.rollback_unmeasurable:RollbackUnmeasurable",
    "OPS003": "ops_operation.probes:Probes",
    "OPS004": "ops_operation.mutable_image:MutableImage",
    "OPS005": "ops_operation.irreversible_migration:IrreversibleMigration",
    "OPS006": "ops_operation.signal_debt_conflict:SignalDebtConflict",
    "PRF001": "prf_numbers.load_not_monotonic:LoadNotMonotonic",
    "PRF002": "prf_numbers.memory_conflict:MemoryConflict",
    "PRF003": "prf_numbers.requests_over_limits:RequestsOverLimits",
    "PRF004": "prf_numbers.replica_conflict:ReplicaConflict",
    "PRF005": "prf_numbers.pool_over_database:PoolOverDatabase",
    "PRF006": "prf_numbers.target_under_dependency:TargetUnderDependency",
    "PRF007": "prf_numbers.latency_budget:LatencyBudget",
    "PRF008": "prf_numbers.capacity_shortfall:CapacityShortfall",
    "PRF009": "prf_numbers.alert_looser:AlertLooser",
    "PRF010": "prf_numbers.target_untested:TargetUntested",
    "PRF011": "prf_numbers.littles_law:LittlesLaw",
    "REQ001": "req_traceability.no_requirements_source:NoRequirementsSource",
    "REQ002": "req_traceability.requirement_trace_gap:RequirementTraceGap",
    "REQ003": "req_traceability.scope_built:OutOfScopeBuilt",
    "REQ004": "req_traceability.constraint_unaddressed:ConstraintUnaddressed",
    "REQ005": "req_traceability.absolute_assumption:AbsoluteAssumption",
    "REQ006": "req_traceability.rule_unenforced:BusinessRuleUnenforced",
    "SEC001": "sec_security.no_threat_table:NoThreatTable",
    "SEC002": "sec_security.threat_unmitigated:ThreatUnmitigated",
    "SEC003": "sec_security.high_threat_untested:HighThreatUntested",
    "SEC004": "sec_security.mitigation_unbacked:MitigationUnbacked",
    "SEC005": "sec_security.mutation_open:MutationUnauthenticated",
    "SEC006": "sec_security.resource_authorization:ResourceNoAuthorization",
    "SEC007": "sec_security.role_undeclared:RoleUndeclared",
    "SEC008": "sec_security.mechanism_drift:MechanismDrift",
    "SEC009": "sec_security.personal_unprotected:PersonalUnprotected",
    "SEC010": "sec_security.weak_encryption:WeakEncryption",
    "SEC011": "sec_security.eternal_credential:EternalCredential",
    "SEC012": "sec_security.cleartext_transport:CleartextTransport",
    "SEC013": "sec_security.input_unvalidated:InputUnvalidated",
    "SEC014": "sec_security.enumerable_id:EnumerableId",
    "SEC015": "sec_security.user_url:UserUrl",
    "SEC016": "sec_security.secret_exposed:SecretExposed",
    "SEC017": "sec_security.threat_gap:ThreatGap",
    "SEC018": "sec_security.callers_unsaid:CallersUnsaid",
    "SEC019": "sec_security.incomplete_model:IncompleteModel",
    "STA001": "sta_states.state_enum_drift:StateEnumDrift",
    "STA002": "sta_states.unreachable:UnreachableState",
    "STA003": "sta_states.dead_end:DeadEnd",
    "STA004": "sta_states.transition_table_drift:TransitionTableDrift",
    "STA005": "sta_states.nondeterministic:Nondeterministic",
    "STA006": "sta_states.guard_missing:GuardMissing",
    "STA007": "sta_states.guard_role_undeclared:GuardRoleUndeclared",
    "STA008": "sta_states.trigger_without_entry:TriggerWithoutEntry",
    "STA009": "sta_states.transient_without_failure:TransientWithoutFailure",
    "STA010": "sta_states.state_not_persisted:StateNotPersisted",
    "STR001": "str_structure.missing_section:MissingSection",
    "STR002": "str_structure.leftover_placeholder:LeftoverPlaceholder",
    "STR003": "str_structure.open_marker:OpenMarker",
    "STR004": "str_structure.empty_section:EmptySection",
    "STR005": "str_structure.malformed_table:MalformedTable",
    "STR006": "str_structure.diagram_not_reviewable:DiagramNotReviewable",
    "STR007": "str_structure.diagram_syntax:DiagramSyntax",
    "STR008": "str_structure.key_column_missing:KeyColumnMissing",
    "STR009": "str_structure.approved_with_open_items:ApprovedWithOpenItems",
    "STR010": "str_structure.dangling_reference:DanglingReference",
    "STR011": "str_structure.unused_suppression:UnusedSuppression",
    "STR012": "str_structure.malformed_suppression:MalformedSuppression",
    "STR013": "str_structure.heading_numbers:HeadingNumbers",
    "STR014": "str_structure.row_order:RowOrder",
    "TST001": "tst_testing.edge_case_untested:EdgeCaseUntested",
    "TST002": "tst_testing.component_untested:ComponentUntested",
    "TST003": "tst_testing.error_untested:ErrorUntested",
    "TST004": "tst_testing.transition_untested:TransitionUntested",
    "TST005": "tst_testing.scenario_orphan:ScenarioOrphan",
    "TST006": "tst_testing.policy_untested:PolicyUntested",
    "TXT001": "txt_wording.escape_clause:EscapeClause",
    "TXT002": "txt_wording.unmeasurable_target:UnmeasurableTarget",
    "TXT003": "txt_wording.value_drift:ValueDrift",
    "TXT004": "txt_wording.open_list:OpenList",
    "TXT005": "txt_wording.embedded_instruction:EmbeddedInstruction",
}

RETIRED: Mapping[str, str] = {}
"""Ids that are no more, and the rule that took over. Selectors and suppressions follow them."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule that code judges, sorted by id.

    Raises:
        InternalError: two rules share an id or a name, or the table names the wrong class.
    """
    rules = tuple(_load(rule_id) for rule_id in sorted(TABLE))
    _prove_unique((rule.id for rule in rules), "id")
    _prove_unique((rule.name for rule in rules), "name")
    return rules


def every_rule() -> tuple[Rule, ...]:
    """Return the rules that code judges and those that a model judges, sorted by id."""
    return tuple(sorted((*all_rules(), *critics()), key=lambda one: one.id))


def rule(rule_id: str) -> Rule | None:
    """Return the rule of an id (retired ids too) or a name, in any case; None if there is none."""
    wanted = rule_id.casefold()
    wanted = next((new for old, new in RETIRED.items() if old.casefold() == wanted), wanted)
    wanted = wanted.casefold()
    return next((r for r in every_rule() if wanted in {r.id.casefold(), r.name.casefold()}), None)


@cache
def _load(rule_id: str) -> Rule:
    module, _, name = TABLE[rule_id].partition(":")
    made = getattr(import_module(f"lld_agent.rules.{module}"), name)()
    if not isinstance(made, Rule) or made.id != rule_id:
        raise InternalError(f"the rule table says {rule_id}, {TABLE[rule_id]} is something else")
    return made


def _prove_unique(values: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value.casefold() in seen:
            raise InternalError(f"two rules share the {what} {value}")
        seen.add(value.casefold())
