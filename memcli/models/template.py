"""Messages to a prompt, by the template a model carries; knows no sampling and no memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from memcli.errors import ModelError
from memcli.records import Message

CHATML: Final = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""For a model that carries no template; most that do not were trained with this one."""


class ChatTemplate:
    """A model's own way of writing a conversation.

    Args:
        template: Jinja source from the model's file; it runs in a sandbox.
        begin: text of the token that begins a sequence.
        end: text of the token that ends one.
    """

    def __init__(self, template: str, begin: str, end: str) -> None:
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        self._formatter: Callable[..., Any] = Jinja2ChatFormatter(
            template or CHATML, eos_token=end, bos_token=begin
        )

    def render(self, messages: Sequence[Message]) -> str:
        """The prompt, up to where the assistant begins to speak.

        Raises:
            ModelError: the template does not take such a conversation.
        """
        from jinja2 import TemplateError

        try:
            return self._prompt(messages)
        except (TemplateError, ValueError, TypeError):
            pass
        try:
            return self._prompt(_without_system(messages))
        except (TemplateError, ValueError, TypeError) as error:
            raise ModelError(f"the model's chat template does not take these messages: {error}") from error

    def _prompt(self, messages: Sequence[Message]) -> str:
        reply = self._formatter(messages=[{"role": each.role, "content": each.content} for each in messages])
        return str(reply.prompt)


def _without_system(messages: Sequence[Message]) -> Sequence[Message]:
    """Some templates know no system role: what it says then opens the first message of the user."""
    system = "\n\n".join(each.content for each in messages if each.role == "system")
    rest = [each for each in messages if each.role != "system"]
    if not system or not rest:
        return messages
    return [Message(rest[0].role, f"{system}\n\n{rest[0].content}"), *rest[1:]]
