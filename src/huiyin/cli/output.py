"""What a verb tells: people read lines in both languages, programs read one JSON object."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Mapping
from typing import Any, Self

from huiyin.core.values import Text


class Console:
    """Where a verb speaks.

    With ``--json`` the process's standard output carries exactly one object: whatever else is printed there, by us, a
    library or a child process, goes to standard error.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.told = False
        self._out = sys.stdout
        if as_json:
            sys.stdout.flush()
            self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
            os.dup2(2, 1)

    def say(self, zh: str, en: str) -> None:
        """Tell progress, on standard error."""
        print(f"{zh}\n{en}" if zh != en else zh, file=sys.stderr, flush=True)

    def show(self, line: str) -> None:
        """Print a line of the answer for people."""
        if not self.as_json:
            print(line, file=self._out, flush=True)

    def answer(self, values: Mapping[str, Any]) -> None:
        """Give the verb's JSON object; only the first one is printed."""
        if self.as_json and not self.told:
            self.told = True
            print(json.dumps(values, ensure_ascii=False, default=str), file=self._out, flush=True)

    def fail(self, error: BaseException) -> None:
        """Tell why the verb failed: the operator's texts where the error has them, else the kind of the fault."""
        text, code = getattr(error, "text", None), getattr(error, "code", None)
        problems = getattr(error, "problems", None)
        if isinstance(problems, list) and problems:
            text = Text("\n".join(one.in_("zh") for one in problems), "\n".join(one.in_("en") for one in problems))
            code = "pack_unsound"
        if not isinstance(text, Text):
            traceback.print_exception(error, file=sys.stderr)
            kind = type(error).__name__
            text = Text(
                f"程序内部出错({kind}),位置见标准错误输出。请把它告诉维护者。",
                f"An internal fault ({kind}); standard error shows where. Please tell the maintainers.",
            )
            code = "internal"
        if self.as_json:
            self.answer({"error": {"code": str(code), "zh": text.zh, "en": text.en}})
        else:
            self.say(text.zh, text.en)


class Progress:
    """A bar on standard error, fed by any room: ``progress(done, total, "what")``.

    The words may come in any order and a call without a total only counts; a new word starts a new bar.
    """

    def __init__(self) -> None:
        self._bar: Any = None
        self._what = ""

    def __call__(self, *told: object) -> None:
        """Show how far the work is."""
        numbers = [value for value in told if isinstance(value, int) and not isinstance(value, bool)]
        words = [_worded(value) for value in told if isinstance(value, (str, Text))]
        what = words[0] if words else self._what
        done, whole = [*numbers, 0][0], (numbers[1] if len(numbers) > 1 else None)
        if self._bar is None or what != self._what or done < self._bar.n:
            self.close()
            from tqdm import tqdm

            quiet = not sys.stderr.isatty()
            self._bar = tqdm(total=whole, desc=what or None, file=sys.stderr, mininterval=5 if quiet else 0.1, leave=True)
            self._what = what
        if whole is not None:
            self._bar.total = whole
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Finish the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> Self:
        """Return the bar itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Finish the bar whatever happened."""
        self.close()


def _worded(value: object) -> str:
    return f"{value.zh} {value.en}" if isinstance(value, Text) else str(value)
