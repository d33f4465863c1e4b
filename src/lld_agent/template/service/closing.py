"""Service template, sections 9, 14 and 15: security, limits, appendix."""

from typing import Annotated

from lld_agent.model.vocabulary import (
    Alternative,
    AuthenticationFlow,
    AuthorizationRule,
    EncryptionRule,
    Improvement,
    InputRule,
    Limitation,
    TechnicalDebt,
    Term,
    Threat,
)
from lld_agent.template.kit import Group, Heading, Table


class Security(Group):
    """Who may do what, and what may go wrong on purpose."""

    authentication: Annotated[
        tuple[AuthenticationFlow, ...],
        Heading(
            "Authentication",
            (
                "Authentication Flow",
                "AuthN",
                "Authentication & Authorization",
                "Authentication Design",
            ),
        ),
        Table("Flow | Mechanism | Token Lifetime | Refresh Strategy"),
    ] = ()
    authorization: Annotated[
        tuple[AuthorizationRule, ...],
        Heading(
            "Authorization",
            (
                "Authorisation",
                "Access Control",
                "Permissions",
                "RBAC",
                "AuthZ",
                "Authorization Model",
            ),
        ),
        Table("Resource | Permission Model | Enforcement Point"),
    ] = ()
    encryption: Annotated[
        tuple[EncryptionRule, ...],
        Heading(
            "Encryption",
            ("Data Protection", "Data Encryption", "Encryption & Data Protection", "Cryptography"),
        ),
        Table("Data Type | At Rest | In Transit | Key Management"),
    ] = ()
    inputs: Annotated[
        tuple[InputRule, ...],
        Heading(
            "Input Validation",
            ("Validation", "Input Sanitization", "Validation Rules", "Request Validation"),
        ),
        Table("Input | Validation Rules | Sanitization"),
    ] = ()
    threats: Annotated[
        tuple[Threat, ...],
        Heading(
            "Threat Model (Basic)",
            (
                "Threat Model",
                "Threats",
                "Threat Modeling",
                "Threat Analysis",
                "Security Threats",
                "Risks",
            ),
        ),
        Table("Threat | Likelihood | Impact | Mitigation"),
    ] = ()


class Limits(Group):
    """What the design cannot do yet."""

    limitations: Annotated[
        tuple[Limitation, ...],
        Heading(
            "Known Limitations", ("Limitations", "Current Limitations", "Known Issues", "Limits")
        ),
        Table("Limitation | Impact | Workaround"),
    ] = ()
    debt: Annotated[
        tuple[TechnicalDebt, ...],
        Heading("Technical Debt", ("Tech Debt", "Technical Debts", "Known Debt")),
        Table("Item | Priority | Effort | Tracking"),
    ] = ()
    improvements: Annotated[
        tuple[Improvement, ...],
        Heading(
            "Planned Improvements",
            ("Future Enhancements", "Future Work", "Roadmap", "Future Improvements", "Next Steps"),
        ),
        Table("Enhancement | Rationale | Target Version"),
    ] = ()


class Appendix(Group):
    """Terms, and what was considered."""

    glossary: Annotated[
        tuple[Term, ...],
        Heading("Glossary", ("Terms", "Terminology", "Definitions", "Acronyms", "Abbreviations")),
        Table("Term | Definition"),
    ] = ()
    alternatives: Annotated[
        tuple[Alternative, ...],
        Heading(
            "Design Alternatives Considered",
            (
                "Alternatives Considered",
                "Alternatives",
                "Design Alternatives",
                "Rejected Alternatives",
                "Options Considered",
            ),
        ),
        Table("Alternative | Pros | Cons | Why Not Chosen"),
    ] = ()
