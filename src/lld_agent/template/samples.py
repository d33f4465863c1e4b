"""What fences of a blank template show; placeholders in braces, in our own words."""

SEQUENCE = """sequenceDiagram
    participant Caller as {who calls}
    participant First as {Component that is called}
    participant Second as {Component behind it}

    Caller->>First: {request with its input}
    First->>Second: {inner request}
    Second-->>First: {result or error}
    First-->>Caller: {answer to the caller}"""

STATE = """stateDiagram-v2
    [*] --> First
    First --> Second: {what happens}
    Second --> [*]"""

JSON_FIELDS = """{
  "{field name}": "{type and meaning}"
}"""

PSEUDOCODE = """function {name of the process}({its inputs}):
    {check the input}
    {do one thing}
    return {what comes out}"""

DECISION_TREE = """{First question?}
├── Yes → {what is done}
└── No → {what is done}"""

CLASSES = """classDiagram
    class {{SERVICE}} {
        -store: {{STORE}}
        +{{OPERATION}}(input: {{INPUT}}) {{RESULT}}
    }
    class {{STORE}} {
        <<interface>>
        +{{QUERY}}(id: string) {{ENTITY}}
    }
    class {{ENTITY}} {
        +id: string
        +{{FIELD}}: {{TYPE}}
    }
    {{SERVICE}} --> {{STORE}}
    {{STORE}} ..> {{ENTITY}}"""

SQL_ENUM = """CREATE TYPE {{ENUM_NAME}} AS ENUM (
    '{{VALUE}}',
    '{{OTHER_VALUE}}'
);"""

JSON_BODY = """{
  "{{FIELD}}": "{{TYPE_AND_EXAMPLE}}"
}"""

PSEUDOCODE_CAPS = """function {{NAME}}({{INPUT}}): {{OUTPUT}}
    // Step 1: {{WHAT_IS_CHECKED}}
    // Step 2: {{WHAT_IS_DONE}}
    return {{RESULT}}
end function"""

SEQUENCE_CAPS = """sequenceDiagram
    autonumber
    actor Client
    participant Module as {{MODULE_NAME}}
    participant Store as {{STORE}}
    Client->>Module: {{REQUEST}}
    Module->>Store: {{QUERY}}
    alt {{WHAT_CAN_FAIL}}
        Store-->>Module: {{ERROR}}
        Module-->>Client: {{ERROR_ANSWER}}
    else
        Store-->>Module: {{RESULT}}
        Module-->>Client: {{ANSWER}}
    end"""

STATE_CAPS = """stateDiagram-v2
    [*] --> {{FIRST_STATE}} : {{EVENT}}
    {{FIRST_STATE}} --> {{NEXT_STATE}} : {{EVENT}}
    {{NEXT_STATE}} --> [*]"""

PROBLEM = """{
  "type": "https://{{HOST}}/errors/{{ERROR_CODE}}",
  "title": "{{WHAT_KIND_OF_ERROR}}",
  "status": 400,
  "detail": "{{WHAT_HAPPENED_THIS_TIME}}",
  "instance": "{{PATH_OF_THE_REQUEST}}",
  "traceId": "{{TRACE_ID}}"
}"""

RETRY = """{{WHICH_CALL_FAILS}}:
  → Retry: {{HOW_OFTEN_AND_HOW_SLOWLY}}
  → Circuit breaker: {{WHEN_IT_OPENS_AND_CLOSES}}
  → Fallback: {{WHAT_IS_DONE_INSTEAD}}
  → Alert: {{WHO_IS_CALLED_AND_WHEN}}"""
