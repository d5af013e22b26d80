#!/bin/sh
# Sets smtpdebugger up in a virtual environment of its own, then runs it or its tests.
# Plain POSIX shell: it must work on a machine that has Python, git and nothing else.
set -eu

unset CDPATH PYTHONHOME PYTHONPATH
root=$(cd -- "$(dirname -- "$0")/.." && pwd -P)
venv=${SMTPDEBUGGER_VENV:-$root/.venv}
case $venv in /*) ;; *) venv=$PWD/$venv ;; esac
python=$venv/bin/python
oldest=3.11
newest=3.13

help() {
    cat <<HELP
Usage: sh packaging/bootstrap.sh COMMAND [ARGUMENT...]

  run [ARGUMENT...]   Set up, then start smtpdebugger. Without arguments: connected to its
                      own practice server, with a refused command explained on the screen.
                      Without a display the picture of that window is saved instead.
  test [ARGUMENT...]  Set up with the development tools, then check format, lint, types and
                      import contracts and run the tests. The arguments go to pytest.
  help                Show this text.

Environment:
  PYTHON              The Python $oldest to $newest to use; otherwise one is looked for.
  SMTPDEBUGGER_VENV   Where the virtual environment goes; otherwise .venv in the checkout.
  SMTPDEBUGGER_REQUIRE
                      Kinds of test (interop,a11y,bundle) that must run: a skip is a failure.
HELP
}

say() { printf '%s\n' "$*" >&2; }

die() {
    say "bootstrap: $*"
    exit 1
}

on_debian() { command -v apt-get >/dev/null 2>&1 && command -v dpkg >/dev/null 2>&1; }

is_root() { [ "$(id -u)" = 0 ]; }

# ---------------------------------------------------------------------------------- Python

# Runs it rather than asking whether it exists: a pyenv shim exists and then fails.
right_version() {
    "$1" -c '
import sys
low, high = (tuple(map(int, text.split("."))) for text in sys.argv[1:])
sys.exit(not low <= sys.version_info[:2] <= high)
' "$oldest" "$newest" </dev/null >/dev/null 2>&1
}

can_make_venvs() { "$1" -c 'import ensurepip, venv' </dev/null >/dev/null 2>&1; }

# Every Python on PATH, also one that a shim of the same name hides; the usual name first.
pythons_on_path() {
    set -f
    IFS=:
    for name in python3 python3.13 python3.12 python3.11 python; do
        for folder in $PATH; do
            if [ -x "$folder/$name" ]; then printf '%s\n' "$folder/$name"; fi
        done
    done
}

# Sets `base` to the first Python that can make our virtual environment.
find_python() {
    without_venv=
    if [ -n "${PYTHON:-}" ]; then
        right_version "$PYTHON" ||
            die "PYTHON=$PYTHON is not a working Python $oldest to $newest."
        candidates=$PYTHON
    else
        candidates=$(pythons_on_path)
    fi
    while IFS= read -r base; do
        right_version "$base" || continue
        if can_make_venvs "$base"; then return 0; fi
        without_venv=${without_venv:-$base}
    done <<CANDIDATES
$candidates
CANDIDATES
    [ -n "$without_venv" ] || no_python
    say "bootstrap: $without_venv cannot make virtual environments: its venv module is incomplete."
    say "On Debian and Ubuntu it is a package of its own. Run:"
    say "    $(as_root)apt-get install -y $(venv_package "$without_venv")"
    exit 1
}

no_python() {
    say "bootstrap: smtpdebugger needs Python $oldest to $newest, and none was found here."
    if on_debian; then
        say "Run:"
        say "    $(as_root)apt-get install -y python3 python3-venv"
    fi
    say "If it is installed in a place of its own, say where: PYTHON=/path/to/python3 sh $0 ..."
    exit 1
}

venv_package() {
    "$1" -c '
import sys
own = sys.executable == "/usr/bin/python3"
print("python3-venv" if own else "python%d.%d-venv" % sys.version_info[:2])
'
}

as_root() { is_root || printf 'sudo '; }

# --------------------------------------------------------------------- virtual environment

# A Python that was upgraded under the environment, or an interrupted set-up, fails here.
venv_works() { [ -x "$python" ] && right_version "$python" && "$python" -c 'import pip' 2>/dev/null; }

make_venv() {
    if [ -e "$venv" ]; then
        # Never clear a folder that is not a virtual environment, whoever named it.
        if [ -e "$venv/.smtpdebugger" ] || [ -e "$venv/pyvenv.cfg" ]; then
            say "Making the unusable virtual environment in $venv anew."
            rm -rf -- "$venv"
        elif ! rmdir -- "$venv" 2>/dev/null; then
            die "$venv is in the way: it is neither empty nor a virtual environment."
        fi
    fi
    find_python
    say "Making a virtual environment in $venv ($("$base" -V 2>&1))."
    mkdir -p -- "$venv"
    : >"$venv/.smtpdebugger"
    "$base" -m venv "$venv" || die "$base could not make a virtual environment in $venv."
}

# What an installation depends on; if any of it changes, we install again.
fingerprint() {
    printf '%s\n%s\n' "$root" "$("$python" -V 2>&1)"
    cksum <"$root/pyproject.toml"
}

# install_program KIND EXTRAS: an editable installation, unless the stamp says that it stands.
install_program() {
    stamp=$venv/.smtpdebugger-$1
    now=$(fingerprint)
    # The set-up for tests holds the one for running.
    for earlier in "$stamp" "$venv/.smtpdebugger-test"; do
        if [ -f "$earlier" ] && [ "$(cat -- "$earlier")" = "$now" ]; then return 0; fi
    done
    say "Installing smtpdebugger and what it needs. The first time takes a minute or two."
    # From inside the checkout, so that no path has to be quoted for pip.
    (cd -- "$root" && PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 \
        "$python" -m pip install --quiet --editable ".$2") ||
        die "pip could not install smtpdebugger; its message is above."
    printf '%s\n' "$now" >"$stamp.new"
    mv -- "$stamp.new" "$stamp"
}

# ---------------------------------------------------------------------- Qt's own libraries

has_display() { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }

# missing_libraries COLUMN [offscreen]: the names (1) or Debian packages (2) of what Qt lacks.
missing_libraries() {
    column=$1
    shift
    "$python" "$root/packaging/linux/qt_libraries.py" "$@" | while read -r name package; do
        [ "$column" = 1 ] && printf '%s ' "$name"
        [ "$column" = 2 ] && [ "$package" != - ] && printf '%s\n' "$package"
        :
    done | sort -u | tr '\n' ' '
}

install_libraries() {
    say "Installing the system libraries that Qt needs: $1"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null || say "apt-get update failed; trying with the lists there are."
    # Unquoted on purpose: a list of package names.
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $1 >/dev/null
}

check_libraries() {
    names=$(missing_libraries 1)
    names=${names% }
    [ -n "$names" ] || return 0
    packages=$(missing_libraries 2)
    packages=${packages% }
    if is_root && on_debian && [ -n "$packages" ]; then
        if install_libraries "$packages"; then names=$(missing_libraries 1); fi
        [ -n "$names" ] || return 0
    fi
    # Without a display only drawing matters; what a screen would need besides is not in the way.
    if ! has_display && [ -z "$(missing_libraries 1 offscreen)" ]; then return 0; fi
    say "bootstrap: this system lacks libraries that Qt needs: $names"
    if on_debian && [ -n "$packages" ]; then
        say "Run:"
        say "    $(as_root)apt-get update && $(as_root)apt-get install -y --no-install-recommends $packages"
    fi
    exit 1
}

# -------------------------------------------------------------------------------- commands

set_up() {
    venv_works || make_venv
    install_program "$1" "$2"
    check_libraries
}

run() {
    set_up run ''
    [ $# -gt 0 ] || set -- --practice --send 'VRFY alice@example.test'
    exec "$python" -m smtpdebugger "$@"
}

# check NAME COMMAND...: runs one check and keeps its result for the summary.
check() {
    name=$1
    shift
    say "== $name"
    began=$(date +%s)
    if "$@"; then result=passed; else
        result=FAILED
        failed=1
    fi
    summary="$summary$(printf '  %-7s %-16s %4d s' "$result" "$name" $(($(date +%s) - began)))
"
}

run_tests() {
    set_up test '[dev]'
    cd -- "$root"
    export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
    failed=0
    summary=
    # Through the interpreter, never by their scripts: a script's first line breaks on a space.
    check format "$python" -m ruff format --check .
    check lint "$python" -m ruff check .
    check types "$python" -m mypy
    check 'import contracts' "$python" -c \
        'from importlinter.cli import lint_imports_command; lint_imports_command()'
    check tests "$python" -m pytest "$@"
    printf '\n%s' "$summary" >&2
    return "$failed"
}

command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
run) run "$@" ;;
test) run_tests "$@" ;;
help | -h | --help) help ;;
*)
    help >&2
    say ""
    say "bootstrap: there is no command '$command'."
    exit 2
    ;;
esac
