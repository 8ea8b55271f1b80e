# shellcheck shell=sh
# Sourced after setup.sh by ./test and .ci/run: the build of everything, and the run of every test project.

prepare_suite() {
  need_tools
  lock_setup
  need_libraries
  need_npm "$root/data" "$root/src" "$root/tests" "$root/examples"
  # The report's browser test is skipped, with a message, where there is no chromium.
  hard=no
  command -v chromium >/dev/null 2>&1 || need_debian chromium
  # Likewise the tests of the Python examples where no Python has what they need.
  has_python torch || need_debian python3-torch
  has_python confluent_kafka || need_debian python3-confluent-kafka
  hard=yes
  if ! is_built suite "$root/src" "$root/compat" "$root/tests" "$root/Emergence.sln" "$root/.editorconfig"; then
    build suite "$root/Emergence.sln"
    # The solution contains the program.
    cp -p "$root/artifacts/suite.built" "$root/artifacts/program.built"
  fi
  unlock_setup
}

# has_python MODULE: whether a Python that the tests look at has it: $PYTHON when it is set, else the first on the PATH and Debian's.
has_python() {
  for python in ${PYTHON:-python3 /usr/bin/python3}; do
    "$python" -c "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)" "$1" 2>/dev/null && return 0
  done
  return 1
}

# counter NAME FILE: one number of a result file's summary; 0 where there is none.
counter() {
  value=$(sed -n "s/.*<Counters[^>]* $1=\"\([0-9]*\)\".*/\1/p" "$2" 2>/dev/null | head -n 1)
  echo "${value:-0}"
}

run_suite() {
  filter=
  for word in "$@"; do filter="${filter:+$filter|}FullyQualifiedName~$word"; done
  results=$root/artifacts/test-results
  rm -rf "$results"
  mkdir -p "$results"
  all_passed=0 all_failed=0 all_skipped=0
  for project in $(dotnet sln "$root/Emergence.sln" list | tr '\\' '/' | grep '\.Tests\.csproj$'); do
    name=$(basename "$project" .csproj)
    started=$(date +%s)
    status=0
    dotnet test "$root/artifacts/bin/$name/release/Emergence.$name.dll" ${filter:+--filter "$filter"} \
      --results-directory "$results" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
      --blame-hang --blame-hang-timeout 8m --blame-hang-dump-type none >"$results/$name.log" 2>&1 || status=$?
    passed=$(counter passed "$results/$name.trx")
    failed=$(counter failed "$results/$name.trx")
    executed=$(counter executed "$results/$name.trx")
    total=$(counter total "$results/$name.trx")
    skipped=$((total - executed))
    note=
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
      failed=1
      note=" (the test host ended with status $status: crash or hang)"
    elif [ "$total" -eq 0 ] && [ -z "$filter" ]; then
      failed=1
      note=" (no test ran)"
    fi
    [ "$failed" -eq 0 ] || cat "$results/$name.log"
    [ "$skipped" -eq 0 ] || grep -E '^ *Skipped |\[SKIP\]' "$results/$name.log" || true
    if [ "$total" -gt 0 ] || [ "$failed" -gt 0 ]; then
      printf '%-22s %5d passed, %d failed, %d skipped, %d s%s\n' "$name" "$passed" "$failed" "$skipped" "$(($(date +%s) - started))" "$note"
    fi
    all_passed=$((all_passed + passed)) all_failed=$((all_failed + failed)) all_skipped=$((all_skipped + skipped))
  done
  if [ $((all_passed + all_failed)) -eq 0 ]; then echo "no test ran${filter:+: nothing matches $*}"; fi
  echo "$all_passed passed, $all_failed failed, $all_skipped skipped"
  [ "$all_failed" -eq 0 ] && [ "$all_passed" -gt 0 ]
}
