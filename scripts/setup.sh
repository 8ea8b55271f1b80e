# shellcheck shell=sh
# Sourced by ./emergence, ./test and .ci/run, which set $root: what the machine must have, and the build.
# Everything said here goes to standard error; standard output belongs to the program that is started afterwards.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "emergence: $*"
  exit 1
}

# What cannot be mended ends a first build, but not a start of what is built already: `doctor` must run on a broken machine.
hard=yes
missing_part() {
  if [ "$hard" = yes ]; then fail "$*"; fi
  say "emergence: $*"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
}

can_be_root() {
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2
}

apt_update() { as_root apt-get update -q >&2; }

# Debian packages by name; asks dpkg once and the network only when something is missing.
need_debian() {
  have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' || true)
  missing=
  for package in "$@"; do
    case "
$have
" in
      *"
$package
"*) ;;
      *) missing="$missing $package" ;;
    esac
  done
  [ -n "$missing" ] || return 0
  mend="apt-get update && apt-get install -y --no-install-recommends$missing"
  if ! command -v apt-get >/dev/null 2>&1; then
    missing_part "missing:$missing (Debian's names). Install them with this system's package manager."
    return 0
  fi
  if ! can_be_root; then
    missing_part "missing:$missing. As root: $mend"
    return 0
  fi
  say "installing$missing"
  ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || apt_update || true
  # shellcheck disable=SC2086  # a list of names
  apt_install $missing || { apt_update && apt_install $missing; } || missing_part "could not install$missing. As root: $mend"
}

need_command() {
  command -v "$1" >/dev/null 2>&1 || fail "missing: $1. $2"
}

# npm folders (each with its lock file), installed when the lock is newer than what is there.
need_npm() {
  find "$@" -name node_modules -prune -o -name package-lock.json -print 2>/dev/null | while read -r lock; do
    folder=$(dirname "$lock")
    installed=$folder/node_modules/.package-lock.json
    if [ -e "$installed" ] && [ ! "$lock" -nt "$installed" ]; then continue; fi
    need_command npm "As root: apt-get install -y npm"
    say "npm ci in ${folder#"$root"/}"
    # npm leaves its own time stamp older than a lock file that was checked out in the same second.
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error >&2 && touch node_modules/.package-lock.json) ||
      missing_part "npm could not install the parts of ${folder#"$root"/}. Mend: (cd '$folder' && npm ci)"
  done
}

need_libraries() {
  # With EMERGENCE_LIBTORCH the training job's own PyTorch serves, its BLAS included.
  [ -n "${EMERGENCE_LIBTORCH:-}" ] || need_debian libtorch-dev libopenblas0-openmp
  # Only Kafka needs it: without it everything else works.
  kept=$hard
  hard=no
  need_debian librdkafka1
  hard=$kept
}

need_tools() {
  need_command dotnet "Install the .NET 10 SDK, then start again."
  need_command g++ "As root: apt-get install -y g++"
  # The built program finds its runtime by this where dotnet is not in one of the usual places.
  : "${DOTNET_ROOT:=$(dirname "$(readlink -f "$(command -v dotnet)")")}"
  export DOTNET_ROOT
}

# is_built NAME FOLDER…: whether build NAME is newer than every source below the folders and was made against the same libtorch.
is_built() {
  stamp=$root/artifacts/$1.built
  shift
  [ -e "$stamp" ] && [ "$(cat "$stamp")" = "${EMERGENCE_LIBTORCH:-system}" ] || return 1
  newer=$(find "$@" "$root"/Directory.* "$root/global.json" -name node_modules -prune -o -newer "$stamp" -print -quit)
  [ -z "$newer" ]
}

# build NAME PROJECT: the stamp takes the time of the start, so that a file changed while it builds is built again.
build() {
  mkdir -p "$root/artifacts"
  printf '%s\n' "${EMERGENCE_LIBTORCH:-system}" >"$root/artifacts/$1.building"
  say "building ${2#"$root"/}"
  # 9 is the lock of the caller: a compiler server must not inherit it.
  dotnet build "$2" -c Release -v quiet --nologo -nodeReuse:false -tl:off -warnaserror >"$root/artifacts/build.log" 2>&1 9>&- || {
    cat "$root/artifacts/build.log" >&2
    fail "the build failed"
  }
  mv "$root/artifacts/$1.building" "$root/artifacts/$1.built"
}

lock_setup() {
  mkdir -p "$root/artifacts"
  exec 9>"$root/artifacts/.setup-lock"
  flock 9
}

unlock_setup() { exec 9>&-; }
