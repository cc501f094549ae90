# shellcheck shell=bash
# Makes .venv whole, or says in one line why it cannot be; sourced by run and test, never run by itself.
#
# A stamp (this folder's path and pyproject.toml) is written when everything is installed, so that a half-made or
# moved environment is never used and a finished one costs one comparison.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 1
venv=$root/.venv
need_mb=4000

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

stamp() { { echo "$root"; cat "$root/pyproject.toml"; }; }

# ready KIND: is everything installed for KIND (run or test), for this pyproject.toml in this folder?
ready() { stamp | cmp -s - "$venv/.ready-for-$1"; }

# pinned NAME: a requirement as pyproject.toml has it.
pinned() { sed -n "s/^ *\"\($1[=<>~][^\"]*\)\".*/\1/p" "$root/pyproject.toml"; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

has_llama() { compgen -G "$venv/lib/python3*/site-packages/llama_cpp" >/dev/null; }

has_compiler() {
  local candidate
  for candidate in "${CXX:-c++}" g++ clang++; do
    command -v "$candidate" >/dev/null && return
  done
  return 1
}

check_machine() {
  python=$(find_python) || die "memcli needs Python 3.11 or newer; install it, or name one with PYTHON=/path/to/python3"
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    die "$python has no venv module; install it first (Debian, Ubuntu: apt install python3-venv)"
  has_llama || has_compiler ||
    die "no C++ compiler, and llama.cpp is compiled here; install one (apt install g++, or xcode-select --install)"
  local free
  free=$(($(df -Pk "$root" | awk 'NR == 2 { print $4 }') / 1024))
  has_llama || [ "$free" -ge "$need_mb" ] ||
    die "not enough disk space in $root: $free MB are free, and installing takes up to $need_mb MB"
}

# step WHAT COMMAND…: run it with its output in a log; on a terminal count seconds, and compiled files where known.
step() {
  local what=$1 began=$SECONDS ticker='' status
  shift
  say "$what"
  log=$(mktemp) || die "cannot write to ${TMPDIR:-/tmp}"
  if [ -t 2 ]; then
    while sleep 1 && kill -0 $$ 2>/dev/null; do
      printf '\r  %d s %s ' $((SECONDS - began)) "$(grep -ao '\[[0-9]*/[0-9]*\]' "$log" | tail -n 1)" >&2
    done &
    ticker=$!
  fi
  "$@" >"$log" 2>&1 </dev/null
  status=$?
  [ -z "$ticker" ] || { kill "$ticker"; wait "$ticker"; printf '\r\033[K' >/dev/tty; } 2>/dev/null
  [ $status -eq 0 ] || die "$(reason) (all of it: $log)"
  rm -f "$log"
  [ $((SECONDS - began)) -lt 5 ] || say "  done in $((SECONDS - began)) s"
}

# reason: why the last step failed, from its log.
reason() {
  if grep -qi 'No space left on device' "$log"; then
    echo "the disk is full"
  elif grep -qiE 'NewConnectionError|ConnectionError|ConnectTimeout|ReadTimeout|name resolution|ProxyError|SSLError' "$log"; then
    echo "the package index cannot be reached; check the network and \`pip config list\`"
  elif grep -qiE 'CMake Error|ninja: build stopped' "$log"; then
    echo "llama.cpp did not compile; it needs a working C and C++ compiler"
  else
    echo "installing failed: $(grep -iE '^ *error:' "$log" | grep -v subprocess-exited | tail -n 1 | sed 's/^ *//')"
  fi
}

# moved: was .venv made while this folder was somewhere else? Its scripts would run the other one's Python.
moved() { [ -e "$venv/.made-in" ] && [ "$(cat "$venv/.made-in")" != "$root" ]; }

install() { "$venv/bin/python" -m pip install --disable-pip-version-check --no-input "$@"; }

# make_environment KIND: everything that KIND needs, installed; it does not return where that fails.
make_environment() {
  local what=$root
  [ "$1" = run ] || what="${root}[dev]"
  if command -v flock >/dev/null; then
    exec 9<"$root/pyproject.toml" && flock 9 # a second run that was started meanwhile waits here
    ready "$1" && { exec 9<&-; return; }
  fi
  check_machine
  if moved || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    step "making .venv with $("$python" --version)" "$python" -m venv --clear "$venv"
    echo "$root" >"$venv/.made-in"
  fi
  rm -f "$venv"/.ready-for-*
  if ! has_llama; then
    export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(getconf _NPROCESSORS_ONLN)}
    step "installing $(pinned torch)" install -q "$(pinned torch)"
    step "compiling $(pinned llama-cpp-python): about 4 minutes on 2 cores, once" \
      install -v "$(pinned llama-cpp-python)"
  fi
  step "installing memcli and its libraries" install -q "$(pinned torch)" -e "$what"
  stamp >"$venv/.ready-for-run"
  [ "$1" = run ] || stamp >"$venv/.ready-for-test"
  exec 9<&-
}

# pull_models: the embedded models, once; a whole model is recognised and not downloaded again.
pull_models() {
  local model
  [ -e "$venv/.models-pulled" ] && return
  say "pulling the embedded models (190 MB, once)"
  for model in minilm-l6-memory smollm2-135m-instruct; do
    "$venv/bin/memcli" models pull "$model" >&2 </dev/null || return
  done
  touch "$venv/.models-pulled"
}
