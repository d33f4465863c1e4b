"""One question to one model: instructor parses, validates and asks once more where it must."""

from dataclasses import dataclass, replace
from typing import Any, Generic

from lld_agent.llm.complaints import complaint_message, trimmed
from lld_agent.llm.guard import quiet
from lld_agent.llm.replies import fault_of, json_of, one_line
from lld_agent.llm.request import Failure, FailureKind, Request, T
from lld_agent.llm.sender import Sender, Tally
from lld_agent.llm.shape import Mode, response_format, wire_messages
from lld_agent.llm.transport import Call, CallFailedError, Reply, WireMessage

_LARGER = 2
"""By how much the token limit grows after an answer that was cut at it."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """An answer, its text, and what `check` still has to say about it.

    `at_once` says that the first reply had the right form.
    """

    value: T
    text: str
    complaints: tuple[str, ...]
    at_once: bool


class Exchange(Generic[T]):
    """One question to one model, with at most one re-ask.

    Args:
        request: the question.
        model: that is asked.
        mode: how the schema is asked for.
        timeout: seconds for one HTTP request.
        sender: sends single requests.
        tally: counts them.
    """

    def __init__(
        self,
        request: Request[T],
        model: str,
        mode: Mode,
        timeout: float,
        sender: Sender,
        tally: Tally,
    ) -> None:
        self._request = request
        self._sender = sender
        self._tally = tally
        self._call = Call(
            model=model,
            messages=wire_messages(request, mode, model),
            response_format=response_format(request.answer, mode),
            max_output=request.max_output,
            timeout=timeout,
            stage=request.stage,
            subject=request.subject,
            prompt=request.prompt,
        )
        self._asked = 0
        self._text = ""

    async def run(self) -> Answer[T]:
        """Return the answer.

        Raises:
            CallFailedError: there is none.
        """
        first = await self._validated((), reasks=1)
        complaints = tuple(self._request.check(first))
        at_once = self._asked == 1
        answer = Answer(first, self._text, complaints, at_once)
        if not complaints or not at_once:
            return answer
        said = complaint_message(complaints)
        tail = ({"role": "assistant", "content": self._text}, {"role": "user", "content": said})
        try:
            second = await self._validated(tail, reasks=0)
        except CallFailedError:
            return answer  # the first one is better than none
        return Answer(second, self._text, tuple(self._request.check(second)), at_once)

    async def _validated(self, tail: tuple[WireMessage, ...], reasks: int) -> T:
        """Let instructor ask, parse, validate and ask again.

        It sees copies of our messages and appends its complaints to them; what is sent are our own
        bytes and what it appended. It gets no `context`: that renders messages as Jinja.
        """
        import instructor  # noqa: PLC0415
        from instructor.core import InstructorRetryException  # noqa: PLC0415

        quiet()
        base = len(self._call.messages)

        async def completion(**arguments: Any) -> Any:
            appended = arguments["messages"][base:]
            return _completion(await self._reply((*tail, *map(_trimmed, appended))))

        client = instructor.from_litellm(
            completion, mode=instructor.Mode.JSON_SCHEMA, async_client=True
        )
        try:
            await client.create(
                response_model=self._request.answer,
                messages=[{"role": "user", "content": "-"} for _ in range(base)],
                model=self._call.model,
                max_retries=reasks,
                strict=False,
            )
        except InstructorRetryException as error:
            raise _unwrapped(error) from None
        return self._request.answer.model_validate_json(self._text)

    async def _reply(self, tail: tuple[WireMessage, ...]) -> Reply:
        self._asked += 1
        call = replace(self._call, messages=(*self._call.messages, *tail))
        if tail:
            self._sender.tell(
                "model.reasked", call, self._tally, one_line(str(tail[-1]["content"]))
            )
        reply = await self._sender.send(call, self._tally)
        if _cut(reply):
            larger = replace(call, max_output=call.max_output * _LARGER)
            self._sender.tell("model.retried", call, self._tally, "cut at the token limit")
            reply = await self._sender.send(larger, self._tally)
        fault = fault_of(reply)
        if fault is not None:
            raise CallFailedError(fault)
        self._text = json_of(reply.text)
        return reply


def _cut(reply: Reply) -> bool:
    fault = fault_of(reply)
    return fault is not None and fault.kind is FailureKind.LENGTH


def _trimmed(message: WireMessage) -> WireMessage:
    return (
        {**message, "content": trimmed(message["content"])}
        if message["role"] == "user"
        else message
    )


def _completion(reply: Reply) -> Any:
    """Return a reply as the completion that instructor parses.

    It adds usages up in the object that it is given; this one has none, ours are counted already.
    """
    from openai.types.chat import ChatCompletion  # noqa: PLC0415

    message = {"role": "assistant", "content": json_of(reply.text)}
    return ChatCompletion.model_validate(
        {
            "id": "reply",
            "object": "chat.completion",
            "created": 0,
            "model": reply.model or "model",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        }
    )


def _unwrapped(error: Exception) -> CallFailedError:
    cause = error.__cause__
    if isinstance(cause, CallFailedError):
        return cause
    return CallFailedError(
        Failure(
            FailureKind.INVALID,
            f"the answer does not follow the schema: {' '.join(trimmed(str(cause)).split())[:200]}",
            "use a model that keeps to schemas, or --structured strict",
        )
    )
