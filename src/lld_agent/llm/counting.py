"""Token counts before a request is sent: offline, fast, and never in the way of a run.

The true numbers come with the answer. These decide what fits into a prompt, what a run will cost
at most, and whether a budget would be crossed, so they may be too high but should not be too low.
"""

import hashlib
import math
import os
from collections.abc import Callable, Iterable
from functools import cache
from threading import Lock

from lld_agent.llm.bundled import tokenizer_tables
from lld_agent.llm.request import Message

_DEFAULT_TABLE = "o200k_base"
_CHARACTERS_PER_TOKEN = 3.5
_MARGIN = 1.3
"""Other vendors' tokenizers make 20 to 35% more tokens of the same text than o200k_base."""

_PER_MESSAGE = 4
"""Tokens that a chat format puts around a message (OpenAI cookbook: 3, and 1 for the role)."""

_PER_REQUEST = 3
"""Tokens that begin the answer (same source)."""

_OPENAI_NAMES = ("gpt-", "chatgpt-", "o1", "o3", "o4", "ft:gpt-", "codex-")
_variable = Lock()


def count_tokens(text: str, model: str = "") -> int:
    """Return about how many tokens a text is for a model, at least what it is for OpenAI's.

    Args:
        text: anything; marks such as `<|endoftext|>` count as the text that they are.
        model: as litellm names it; an unknown one is counted with `o200k_base`, and names that
            are not OpenAI's get 30% on top.
    """
    name = model.rpartition("/")[2].lower()
    tokens = _count(text, _table_of(name))
    known = not name or name.startswith(_OPENAI_NAMES)
    return tokens if known else math.ceil(tokens * _MARGIN)


def count_messages(messages: Iterable[Message], model: str = "") -> int:
    """Return about how many tokens a request's messages are, with what the format adds."""
    listed = tuple(messages)
    return _PER_REQUEST + sum(count_tokens(one.content, model) + _PER_MESSAGE for one in listed)


class TokenCounter:
    """Counts tokens as `count_tokens` does; what the gateway asks."""

    def count(self, model: str, text: str) -> int:
        """Return about how many tokens a text is for a model."""
        return count_tokens(text, model)


def _count(text: str, table: str) -> int:
    encode = _encoder(table)
    if encode is not None:
        try:
            return encode(text)
        except Exception:  # noqa: BLE001, S110 - its regex engine gives up on long runs of blanks
            pass
    return math.ceil(len(text) / _CHARACTERS_PER_TOKEN)


@cache
def _table_of(name: str) -> str:
    try:
        import tiktoken  # noqa: PLC0415 - only when something is counted

        table = tiktoken.encoding_name_for_model(name)
    except (ImportError, KeyError):
        return _DEFAULT_TABLE
    # The same ranks with other special marks, and those count as text here.
    return _DEFAULT_TABLE if table == "o200k_harmony" else table


@cache
def _encoder(table: str) -> Callable[[str], int] | None:
    """Return what counts with a table, None where it would have to be fetched from the network."""
    folder = tokenizer_tables()
    address = f"https://openaipublic.blob.core.windows.net/encodings/{table}.tiktoken"
    # tiktoken names its cached files so; without the file it would download it.
    file = hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()
    if folder is None or not (folder / file).is_file():
        return None if table == _DEFAULT_TABLE else _encoder(_DEFAULT_TABLE)
    try:
        import tiktoken  # noqa: PLC0415 - only when something is counted

        with _variable:
            before = os.environ.get("TIKTOKEN_CACHE_DIR")
            os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
            try:
                encoding = tiktoken.get_encoding(table)
            finally:
                _put_back("TIKTOKEN_CACHE_DIR", before)
    except Exception:  # noqa: BLE001 - whatever it is, a length will do
        return None
    return lambda text: len(encoding.encode(text, disallowed_special=()))


def _put_back(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
