"""`lld-agent draft --dry-run`: what a run would ask, and what that may cost."""


def show_plan(source: str, *_rest: object) -> int:
    raise NotImplementedError(source)
