"""Sixteen writers on one improvement, from threads and from processes: nothing is lost, and the chain has one end."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest

from smartfab.errors import StaleVersionError
from smartfab.improvements.register import Register
from tests.improvements.register.stand_in import IDEA

WRITERS = 16


def appended(register, name, mark):
    """Add a mark to the text, reading again whenever somebody was faster."""
    while True:
        imp = register.get(name)
        try:
            register.edit(name, by=mark, version=imp.version, solution=f"{imp.solution} {mark}")
        except StaleVersionError:
            continue
        return


def test_sixteen_threads_lose_nothing(address, clock):
    with Register(address, clock=clock) as register:
        imp = register.submit(**{**IDEA, "solution": "."})
    registers = [Register(address, clock=clock) for _ in range(4)]
    marks = [f"w{n}" for n in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda n: appended(registers[n % 4], imp.id, marks[n]), range(WRITERS)))
    after = registers[0].get(imp.id)
    assert sorted(after.solution.split()[1:]) == sorted(marks)
    assert after.version == 1 + len(marks)
    report = registers[0].audit.verify()
    assert (report.rows, report.faults) == (1 + len(marks), ())
    for register in registers:
        register.close()


def test_sixteen_threads_comment_and_number_without_a_gap(address, clock):
    with Register(address, clock=clock) as register:
        imp = register.submit(**IDEA)
        with ThreadPoolExecutor(WRITERS) as pool:
            numbers = list(pool.map(lambda n: register.comment(imp.id, f"c{n}", by=f"w{n}"), range(WRITERS)))
            made = list(pool.map(lambda n: register.submit(**IDEA).id, range(WRITERS)))
        assert sorted(numbers) == list(range(1, WRITERS + 1))
        assert sorted(made) == [f"CT-2026-{n:04d}" for n in range(2, WRITERS + 2)]
        assert register.audit.verify().ok


def test_the_same_request_sent_sixteen_times_at_once_is_carried_out_once(address, clock):
    with Register(address, clock=clock) as register:
        with ThreadPoolExecutor(WRITERS) as pool:
            made = set(pool.map(lambda _: register.submit(**IDEA, idempotency_key="k").id, range(WRITERS)))
        assert len(made) == len(register.search()) == 1


CODE = textwrap.dedent("""
    import sys
    from smartfab.improvements.register import Register
    address, mark = sys.argv[1:]
    register = Register(address)
    for n in range(3):
        register.submit(title_vi=f"{mark}.{n}", problem="p", solution="s", authors=[(mark, 100)], by=mark)
""")


def test_processes_that_open_a_new_register_at_once_make_its_tables_once(fresh_address):
    running = [
        subprocess.Popen([sys.executable, "-c", CODE, fresh_address, f"p{n}"], stderr=subprocess.PIPE, text=True)
        for n in range(2)
    ]
    ended = [(process.communicate()[1], process.returncode) for process in running]
    assert ended == [("", 0)] * 2
    with Register(fresh_address) as register:
        assert sorted(imp.title_vi for imp in register.search()) == sorted(f"p{n}.{k}" for n in range(2) for k in range(3))
        assert register.audit.verify().ok


def test_a_deed_that_fails_leaves_nothing(register):
    imp = register.submit(**IDEA)

    def fail():
        with register._deed("comment", by="x", subject=imp.id) as deed:
            register._write(deed, imp, solution="half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert register.get(imp.id) == imp
    assert register.audit.verify().rows == 1
