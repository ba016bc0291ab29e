"""The README's first program prints what the README says it prints."""

import contextlib
import io
import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def test_ten_lines_of_python_print_what_is_shown():
    blocks = re.findall(r"```(\w*)\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    at = next(n for n, (language, _) in enumerate(blocks) if language == "python")
    program, shown = blocks[at][1], blocks[at + 1][1]
    assert len(program.strip().splitlines()) <= 12
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "README.md", "exec"), {})  # noqa: S102  the README is ours
    assert printed.getvalue().rstrip() == shown.rstrip()
