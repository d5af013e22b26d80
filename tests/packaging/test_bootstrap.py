"""packaging/bootstrap.sh: what it looks for, what it makes, and what it says when it cannot."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging import stand_in

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "bootstrap.sh"
TOOLS = ("sh", "cat", "cksum", "date", "dirname", "mkdir", "mv", "rm", "rmdir", "sort", "tr")
LACKING = "libEGL.so.1 libegl1\nlibGLX.so.0 -\nlibxcb-cursor.so.0 libxcb-cursor0\n"
MAIL_SERVERS = re.compile(r"postfix|exim|sendmail|opensmtpd|dovecot|courier|qmail|nullmailer", re.I)


class Checkout:
    """A checkout with the script in a folder with a space, and a PATH with a stand-in Python."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a checkout"
        self.elsewhere = folder / "elsewhere"
        self.bin = folder / "bin"
        self.log = folder / "calls"
        self.environment = {"PATH": str(self.bin), "HOME": str(folder)}
        (self.root / "packaging" / "linux").mkdir(parents=True)
        shutil.copy(SCRIPT, self.root / "packaging")
        self.libraries = self.root / "packaging" / "linux" / "qt_libraries.py"
        self.qt_lacks("")
        self.pyproject = self.root / "pyproject.toml"
        self.pyproject.write_text("[project]\n")
        self.elsewhere.mkdir()
        self.bin.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None, f"{tool} belongs to every POSIX system"
            (self.bin / tool).symlink_to(found)
        self.command("id", "echo 1000")
        self.python = stand_in.write(self.bin / "python3", self.log)

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def command(self, name: str, script: str) -> None:
        """Put a command of our own on the PATH."""
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.bin / name).chmod(0o755)

    def is_debian(self, *, root: bool, apt: str = "exit 100") -> None:
        """Let it look like Debian, with an apt-get that notes its calls and then does `apt`."""
        self.command("dpkg", "exit 1")
        self.command("apt-get", f"echo apt-get \"$@\" >>'{self.log}'\n{apt}")
        self.command("id", f"echo {0 if root else 1000}")

    def qt_lacks(self, listing: str) -> None:
        """Let the check of Qt's libraries print this."""
        self.libraries.write_text(listing)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", str(self.root / "packaging" / "bootstrap.sh"), *arguments],
            cwd=self.elsewhere,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )

    def calls(self) -> list[str]:
        """What the stand-in was asked since the last question, one line a call."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def checked(checkout: Checkout) -> list[str]:
    """The call that looks for the libraries Qt needs, as the stand-in notes it."""
    return [f"{checkout.elsewhere} {checkout.libraries}"]


def test_every_shell_accepts_the_script() -> None:
    shells = [shell for shell in ("sh", "dash", "bash", "busybox") if shutil.which(shell)]
    assert "sh" in shells
    for shell in shells:
        command = [shell, "sh"] if shell == "busybox" else [shell]
        subprocess.run([*command, "-n", str(SCRIPT)], check=True)


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
@pytest.mark.parametrize("script", [SCRIPT, ROOT / ".ci" / "run"], ids=lambda path: path.name)
def test_shellcheck_has_nothing_to_say(script: Path) -> None:
    run = subprocess.run(["shellcheck", str(script)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("arguments", [(), ("help",), ("--help",), ("-h",)])
def test_help_names_both_commands_and_does_nothing(
    checkout: Checkout, arguments: tuple[str, ...]
) -> None:
    run = checkout.run(*arguments)

    assert run.returncode == 0
    assert re.search(r"^  run ", run.stdout, re.M)
    assert re.search(r"^  test ", run.stdout, re.M)
    assert not checkout.venv.exists()


def test_an_unknown_command_is_a_usage_error(checkout: Checkout) -> None:
    run = checkout.run("sell")

    assert run.returncode == 2
    assert "there is no command 'sell'" in run.stderr


def test_run_installs_once_and_starts_the_main_job_where_the_person_stands(
    checkout: Checkout,
) -> None:
    started = f"{checkout.elsewhere} smtpdebugger --practice --send VRFY alice@example.test"
    pip = f"{checkout.root} pip install --quiet --editable ."

    assert checkout.run("run").returncode == 0
    assert checkout.calls() == [f"made {checkout.venv}", pip, *checked(checkout), started]

    assert checkout.run("run").returncode == 0
    assert checkout.calls() == [*checked(checkout), started]


def test_arguments_after_run_are_the_programs_own(checkout: Checkout) -> None:
    checkout.run("run", "explain", "a file")

    assert checkout.calls()[-1] == f"{checkout.elsewhere} smtpdebugger explain a file"


def test_the_programs_exit_code_is_the_scripts(checkout: Checkout) -> None:
    assert checkout.run("run", STAND_IN_FAILS="smtpdebugger").returncode == 1


def test_changed_requirements_are_installed(checkout: Checkout) -> None:
    checkout.run("run")
    checkout.calls()
    checkout.pyproject.write_text("[project]\nname = 'changed'\n")

    checkout.run("run")

    assert f"{checkout.root} pip install --quiet --editable ." in checkout.calls()


def test_the_set_up_for_tests_serves_running_too(checkout: Checkout) -> None:
    checkout.run("test")
    checkout.calls()

    checkout.run("run")

    assert not [call for call in checkout.calls() if " pip " in call]


def test_a_failed_installation_is_said_and_done_again(checkout: Checkout) -> None:
    run = checkout.run("run", STAND_IN_PIP_FAILS="1")
    assert run.returncode == 1
    assert "pip could not install smtpdebugger" in run.stderr
    checkout.calls()

    assert checkout.run("run").returncode == 0
    assert any(" pip install " in call for call in checkout.calls())


def test_a_half_made_environment_is_made_anew(checkout: Checkout) -> None:
    (checkout.venv / "bin").mkdir(parents=True)
    (checkout.venv / ".smtpdebugger").touch()
    (checkout.venv / "left over").touch()

    assert checkout.run("run").returncode == 0
    assert f"made {checkout.venv}" in checkout.calls()
    assert not (checkout.venv / "left over").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.run("run")
    checkout.calls()
    (checkout.venv / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")

    assert checkout.run("run").returncode == 0
    assert f"made {checkout.venv}" in checkout.calls()


def test_a_folder_that_is_no_environment_is_never_cleared(checkout: Checkout) -> None:
    precious = checkout.elsewhere / "thesis.txt"
    precious.touch()

    run = checkout.run("run", SMTPDEBUGGER_VENV=str(checkout.elsewhere))

    assert run.returncode == 1
    assert "is in the way" in run.stderr
    assert precious.exists()


def test_the_environment_goes_where_it_is_told(checkout: Checkout) -> None:
    assert checkout.run("run", SMTPDEBUGGER_VENV="my own place").returncode == 0
    assert f"made {checkout.elsewhere}/my own place" in checkout.calls()
    assert not checkout.venv.exists()


def test_a_python_that_only_looks_like_one_is_passed_over(checkout: Checkout) -> None:
    shims = checkout.bin.parent / "shims"
    shims.mkdir()
    for name in ("python3", "python3.13"):
        (shims / name).write_text("#!/bin/sh\necho 'no version is set' >&2\nexit 127\n")
        (shims / name).chmod(0o755)

    run = checkout.run("run", PATH=f"{shims}:{checkout.bin}")

    assert run.returncode == 0
    assert "no version is set" not in run.stderr


def test_a_python_too_old_is_passed_over_for_a_better_one(checkout: Checkout) -> None:
    checkout.python.rename(checkout.bin / "python3.12")
    checkout.command("python3", 'case "$2" in *version_info*) exit 1 ;; esac')

    assert checkout.run("run").returncode == 0
    assert checkout.calls()[-1].endswith("smtpdebugger --practice --send VRFY alice@example.test")


def test_without_python_the_versions_are_named(checkout: Checkout) -> None:
    checkout.python.unlink()

    run = checkout.run("run")

    assert run.returncode == 1
    assert "needs Python 3.11 to 3.13, and none was found" in run.stderr
    assert not checkout.venv.exists()


def test_a_wrong_python_that_was_asked_for_is_refused(checkout: Checkout) -> None:
    run = checkout.run("run", PYTHON="/does/not/exist")

    assert run.returncode == 1
    assert "PYTHON=/does/not/exist is not a working Python" in run.stderr


def test_without_the_venv_module_its_package_is_named(checkout: Checkout) -> None:
    run = checkout.run("run", STAND_IN_NO_ENSUREPIP="1")

    assert run.returncode == 1
    assert re.search(r"apt-get install -y python3(\.\d+)?-venv$", run.stderr, re.M)
    assert not checkout.venv.exists()


def test_test_runs_every_check_in_the_checkout(checkout: Checkout) -> None:
    run = checkout.run("test", "-k", "some")

    assert run.returncode == 0
    assert checkout.calls()[2:] == [
        *checked(checkout),
        f"{checkout.root} ruff format --check .",
        f"{checkout.root} ruff check .",
        f"{checkout.root} mypy",
        f"{checkout.root} importlinter",
        f"{checkout.root} pytest -k some",
    ]
    assert run.stderr.count("passed") == 5


@pytest.mark.parametrize("failing", ["ruff", "mypy", "importlinter", "pytest"])
def test_one_failed_check_fails_all_but_stops_none(checkout: Checkout, failing: str) -> None:
    run = checkout.run("test", STAND_IN_FAILS=failing)

    assert run.returncode == 1
    assert "FAILED" in run.stderr
    assert checkout.calls()[-1] == f"{checkout.root} pytest"


def test_missing_libraries_are_named_with_the_one_line_to_run(checkout: Checkout) -> None:
    checkout.is_debian(root=False)
    checkout.qt_lacks(LACKING)

    run = checkout.run("run", DISPLAY=":9")

    assert run.returncode == 1
    assert "lacks libraries that Qt needs: libEGL.so.1 libGLX.so.0 libxcb-cursor.so.0" in run.stderr
    assert (
        "    sudo apt-get update && sudo apt-get install -y --no-install-recommends"
        " libegl1 libxcb-cursor0" in run.stderr
    )
    assert not any(call.startswith("apt-get") for call in checkout.calls())


def test_root_on_debian_gets_them_installed(checkout: Checkout) -> None:
    checkout.is_debian(root=True, apt=f"[ $1 = update ] || : >'{checkout.libraries}'")
    checkout.qt_lacks(LACKING)

    run = checkout.run("run", DISPLAY=":9")

    assert run.returncode == 0
    assert [call for call in checkout.calls() if call.startswith("apt-get")] == [
        "apt-get update -qq",
        "apt-get install -y -qq --no-install-recommends libegl1 libxcb-cursor0",
    ]


def test_root_without_a_network_is_told_too(checkout: Checkout) -> None:
    checkout.is_debian(root=True)
    checkout.qt_lacks(LACKING)

    run = checkout.run("run", DISPLAY=":9")

    assert run.returncode == 1
    assert "    apt-get update && apt-get install -y" in run.stderr


@pytest.mark.parametrize(("display", "code"), [({}, 0), ({"DISPLAY": ":9"}, 1)])
def test_what_only_a_display_needs_stops_nobody_without_one(
    checkout: Checkout, display: dict[str, str], code: int
) -> None:
    checkout.qt_lacks("libxcb-cursor.so.0 libxcb-cursor0\n")

    assert checkout.run("run", **display).returncode == code


def test_no_mail_server_is_ever_installed() -> None:
    for script in (SCRIPT, ROOT / ".ci" / "run", ROOT / "packaging" / "linux" / "qt_libraries.py"):
        assert not MAIL_SERVERS.search(script.read_text(encoding="utf-8"))
