"""How the command line ends: interrupted, into a closed pipe, on a full disk, at a defect."""

import errno
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib.cli import main
from searchlib.cli import searching as searching_module

FIXTURES = Path(__file__).parents[2] / "fixtures"
COMMAND = [sys.executable, "-m", "searchlib"]
# A checkout is found from anywhere, as an installed package would be.
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(
        [str(FIXTURES.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    ),
}


@pytest.fixture(autouse=True)
def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index `wire` in the current folder."""
    monkeypatch.chdir(tmp_path)
    assert main(["index", "wire", str(FIXTURES / "wire.jsonl")]) == 0


def start(*args: str, **options: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*COMMAND, *args], env=ENVIRONMENT, **options)


def state() -> tuple[int, int]:
    with searchlib.open("wire") as index:
        return len(index), index.generation


def interrupt_indexing(index: str) -> tuple[int, str]:
    """Feed records to a run that waits for more of them, then press Ctrl-C."""
    process = start(
        "index", index, "-", stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    for number in range(3000):
        process.stdin.write(json.dumps({"id": str(number), "body": "wind"}).encode() + b"\n")
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not is_being_written(index) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    return process.returncode, err.decode().splitlines()[-1]


def is_being_written(path: str) -> bool:
    try:
        with searchlib.open(path) as index:
            index.writer(timeout_s=0).close()
    except FileNotFoundError:
        return False
    except searchlib.IndexBusyError:
        return True
    return False


def test_ctrl_c_rolls_back_and_ends_with_130() -> None:
    before = state()
    assert interrupt_indexing("wire") == (
        130,
        "searchlib: interrupted; nothing of this run was committed",
    )
    assert state() == before


def test_a_run_that_waits_for_another_writer_says_so() -> None:
    with searchlib.open("wire") as index:
        writer = index.writer()
        waiting = start(
            *("index", "wire", "-"),
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        assert waiting.stdin is not None
        assert waiting.stderr is not None
        waiting.stdin.write(b'{"id": "late", "body": "wind"}\n')
        waiting.stdin.close()
        with waiting.stderr:
            said = waiting.stderr.readline().decode()
            writer.close()
            assert waiting.wait(timeout=30) == 0
        assert said == f"waiting for process {os.getpid()} to finish writing to wire\n"
        assert "late" in index


def test_ctrl_c_takes_an_index_away_that_the_run_had_just_created() -> None:
    assert interrupt_indexing("new")[0] == 130
    assert not Path("new").exists()


def test_a_closed_pipe_ends_quietly() -> None:
    search = start(
        "search", "wire", "the", "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert search.stdout is not None
    assert search.stderr is not None
    search.stdout.close()
    with search.stderr:
        assert (search.wait(timeout=30), search.stderr.read()) == (0, b"")


def test_a_full_disk_is_one_line_and_the_index_is_as_it_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state()

    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "wire/7.segment")

    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr(searchlib.Writer, "commit", no_room)
        assert main(["index", "wire", str(FIXTURES / "wire.csv")]) == 2
    assert capsys.readouterr().err == (
        "searchlib: wire/7.segment: the disk is full; the index is as it was; "
        "make room and run the command again\n"
    )
    assert state() == before


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_a_file_that_may_not_grow_is_one_line_and_the_index_is_as_it_was() -> None:
    import resource

    before = state()
    rows = [json.dumps({"id": str(n), "body": f"{n:x} " * 200}) for n in range(2000)]
    Path("big.jsonl").write_text("\n".join(rows))
    process = start(
        "index",
        "wire",
        "big.jsonl",
        stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.decode().count("\n") == 1
    assert "file too large; the index is as it was; make room" in err.decode()
    assert state() == before


def test_a_file_where_the_index_should_be_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("plain").write_text("not an index")
    capsys.readouterr()
    assert main(["index", "plain", str(FIXTURES / "wire.csv")]) == 2
    assert capsys.readouterr().err == (
        "searchlib: plain is a file, and an index is a folder; name another\n"
    )


def test_a_damaged_index_is_one_line_that_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    Path("wire/manifest").write_bytes(Path("wire/manifest").read_bytes()[:-20])
    capsys.readouterr()
    assert main(["search", "wire", "ferry"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("searchlib: wire/manifest: byte ")
    assert err.endswith("; restore the index from a copy, or make it again in another folder\n")
    assert err.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        search = start("search", "wire", "ferry", stdout=full, stderr=subprocess.PIPE)
        _, err = search.communicate(timeout=30)
    assert (search.returncode, err) == (
        2,
        b"searchlib: standard output: no space left on device\n",
    )


def test_a_defect_shows_where_and_does_not_look_like_nothing_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(request: object) -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr(searching_module, "search_index", broken)
    assert main(["search", "wire", "x"]) == 2
    err = capsys.readouterr().err
    assert "RuntimeError: broken" in err
    assert err.splitlines()[-1].startswith("searchlib: this is a defect of searchlib")


def on_a_terminal(*args: str) -> str:
    """What the command prints when standard output and error are a terminal of 60 columns."""
    main_end, child_end = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *args],
        env={**ENVIRONMENT, "COLUMNS": "60", "TERM": "xterm-256color"},
        stdout=child_end,
        stderr=child_end,
    )
    os.close(child_end)
    printed = b""
    while True:
        try:
            chunk = os.read(main_end, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not chunk:
            break
        printed += chunk
    process.wait(timeout=30)
    os.close(main_end)
    return printed.decode().replace("\r\n", "\n")


def test_on_a_terminal_hits_are_coloured_and_folded() -> None:
    printed = on_a_terminal("search", "wire", '"night train" coast')
    assert "\x1b[1;33m" in printed
    assert "**" not in printed
    assert printed.count("\n") > 6


def test_on_a_terminal_indexing_shows_a_bar_and_cleans_it_away() -> None:
    rows = "\n".join(json.dumps({"id": str(n), "body": "wind at sea " * 20}) for n in range(20_000))
    Path("big.jsonl").write_text(rows)
    printed = on_a_terminal("index", "big", "big.jsonl")
    assert "documents" in printed
    assert "%" in printed
    assert printed.rstrip().splitlines()[-1].endswith("20,000 in the index")


def test_a_search_imports_no_rich_and_importing_the_library_no_click() -> None:
    code = (
        "import sys; from searchlib.cli import main; main(['search', 'wire', 'ferry']); "
        "assert 'rich' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=True, capture_output=True)
    code = "import sys, searchlib; assert 'click' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=True, capture_output=True)
