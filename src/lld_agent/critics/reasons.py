"""Why something that a critic raised is not reported."""

from enum import StrEnum


class Reason(StrEnum):
    """One word for scripts; `Rejected.detail` says it for people."""

    EVIDENCE_NOT_FOUND = "EVIDENCE_NOT_FOUND"  # a quote does not stand in the document
    EVIDENCE_WEAK = "EVIDENCE_WEAK"  # only headings, headers of tables, text of the template
    EVIDENCE_MISSING = "EVIDENCE_MISSING"  # too few quotes for its kind, or no absence to look for
    KIND_NOT_ALLOWED = "KIND_NOT_ALLOWED"  # not of this critic's kinds
    TOO_MANY = "TOO_MANY"  # one answer had more findings than anybody looks into
    NUMBER_NOT_FOUND = "NUMBER_NOT_FOUND"  # a number stands in no quote and follows from none
    SUBJECT_UNKNOWN = "SUBJECT_UNKNOWN"  # it is about nothing that the document names
    DUPLICATE_OF_RULE = "DUPLICATE_OF_RULE"  # a rule reports it
    DUPLICATE = "DUPLICATE"  # another critic, or the same one, says it better
    REFUTED = "REFUTED"  # the second reading disproves it with a quote
    UNDETERMINED = "UNDETERMINED"  # the second reading could not tell, and it is about an absence
    NOT_UPHELD = "NOT_UPHELD"  # the second reading is not sure enough
    NOT_VERIFIED = "NOT_VERIFIED"  # there is no second reading, or none that can be relied on
