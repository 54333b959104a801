# Set-up for run-verify.sh, which sources this file with $root set. Works with bash 3.2.
# What was built, and from which files, is remembered in artifacts/*.stamp; while that holds, set-up is a file listing and needs to write
# nothing. A build holds artifacts/setup.lock and waits until no run (artifacts/runs/<process id>) uses the old binaries.
artifacts=$root/artifacts log=$root/artifacts/setup.log lock=$root/artifacts/setup.lock
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_ADD_GLOBAL_TOOLS_TO_PATH=false

say() { printf 'run-verify: %s\n' "$1" >&2; }
fail() { say "$1"; exit 2; }
is_current() { [ -f "$stamp" ] && [ -f "$output" ] && list_sources | cmp -s - "$stamp"; }
register_run() { { mkdir -p "$artifacts/runs" && : >"$artifacts/runs/$$"; } 2>/dev/null; }
# A signal reaches a shell at once only while it waits for something beside it.
logged() { (cd -- "$root" && exec dotnet "$@" --configuration Release --nologo --verbosity quiet -nodeReuse:false) >>"$log" 2>&1 </dev/null & build=$! && wait "$build"; }
stop() { [ -z "${build-}" ] || kill "$build" 2>/dev/null || true; exit "$1"; }

# set_up OUTPUT build|publish PROJECT [ARGUMENT...]: has dotnet do so when OUTPUT is not what the present files give.
set_up() {
    local run output=$root/$1 stamp=$artifacts/${3##*/}.stamp sdk
    shift
    sdk="install the .NET SDK $(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$root/global.json") or a later 10.0 (https://dot.net), then run this again"
    command -v dotnet >/dev/null 2>&1 || fail "dotnet is missing: $sdk"
    register_run || true
    if [ ! -L "$lock" ] && is_current; then return; fi
    register_run && rm -f "$artifacts/runs/$$" || fail "cannot write to $artifacts: allow it, or copy the repository to a folder of your own"
    acquire_lock
    if ! is_current; then
        (cd -- "$root" && dotnet --version) >/dev/null 2>&1 || fail "no .NET SDK here satisfies global.json: $sdk"
        for run in "$artifacts"/runs/*; do wait_for "${run##*/}" "$run" 'it runs the old program' && rm -f "$run"; done
        renew "$@"
    fi
    register_run
    trap - EXIT INT TERM && rm -f "$lock"
}

# Every file that a build depends on, with its size and time of change.
list_sources() {
    local format=(-c '%n %s %y')
    stat -c %s "$root/global.json" >/dev/null 2>&1 || format=(-f '%N %z %Fm')
    (cd -- "$root" && pwd && find . \( -name bin -o -name obj -o -path ./artifacts -o -path ./reports -o -name '.?*' \) -prune \
        -o -type f ! -name '*.md' ! -name '*.received.*' ! -name '*.verified.*' -exec stat "${format[@]}" {} + | LC_ALL=C sort)
}

renew() {
    say 'restoring packages and building'
    rm -f "$stamp" "$log" && { [ "$1" = build ] || rm -rf "$artifacts/tileproof"; }
    list_sources >"$stamp.new" # before the build: what changes meanwhile is built next time
    if ! logged "$@"; then # perhaps for want of the ReadyToRun compiler, which only makes runs start sooner
        grep -q 'error NU1' "$log" && logged "$@" -p:Precompiled=false || setup_failed
        say 'the ReadyToRun compiler could not be restored: everything works without it, but runs start later'
    fi
    mv -f "$stamp.new" "$stamp"
}

setup_failed() {
    ! grep -q NU1301 "$log" || fail "the package registry cannot be reached; check the network and 'dotnet nuget list source', then run this again (log: $log)"
    grep -v '^[[:space:]]*$' "$log" | tail -n 12 | sed 's#[a-zA-Z]*://[^ )]*#<address>#g' >&2
    fail "the build failed: mend what the lines above name, then run this again (log: $log)"
}

# wait_for PROCESS_ID FILE WHY: while FILE is there and the process is one of ours; ids are used again, so its command line must say so.
wait_for() {
    local said=
    while [ -e "$2" -o -L "$2" ] && { tr '\0' ' ' <"/proc/$1/cmdline" || ps -ww -p "$1" -o command=; } 2>/dev/null | grep -F -e "$root/" -e run-verify.sh >/dev/null; do
        [ -n "$said" ] || say "waiting for process $1: $3"
        said=1 && sleep 1
    done
}

# The lock is a link to its owner's process id, so that it is never without one. When the owner is gone, one process at a time may remove it.
acquire_lock() {
    local owner
    until ln -s "$$" "$lock" 2>/dev/null; do
        owner=$(readlink "$lock") || continue
        wait_for "$owner" "$lock" 'it sets up'
        mkdir "$lock.removal" 2>/dev/null || { sleep 1 && continue; }
        [ "$(readlink "$lock")" != "$owner" ] || rm -f "$lock"
        rmdir "$lock.removal"
    done
    trap 'rm -f "$lock" "$artifacts"/*.stamp.new' EXIT
    trap 'stop 130' INT && trap 'stop 143' TERM
}
