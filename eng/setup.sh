# Set-up for run-verify.sh, which sources this file with $root set. Works with bash 3.2.
# What was built, and from which files, is remembered in artifacts/*.stamp; while that holds, set-up is a file listing.
# A build has artifacts/lock to itself and waits until no run (artifacts/runs/<process id>) uses the old binaries.

artifacts=$root/artifacts
log=$artifacts/setup.log
lock=$artifacts/lock
lock_timeout_seconds=1800

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_ADD_GLOBAL_TOOLS_TO_PATH=false

say() { printf 'run-verify: %s\n' "$1" >&2; }

fail() {
    say "$1"
    exit 2
}

# set_up STEP PROJECT OUTPUT: runs STEP (build or publish) on PROJECT when OUTPUT is not what the present files give.
set_up() {
    command -v dotnet >/dev/null 2>&1 || fail "dotnet is missing: install the .NET SDK $(wanted_sdk) or a later 10.0 (https://dot.net), then run this again"
    mkdir -p "$artifacts/runs" 2>/dev/null || fail "cannot write to $artifacts: allow it, or copy the repository to a folder of your own"
    local stamp
    stamp=$artifacts/$(basename -- "$2").stamp
    register_run
    if [ ! -d "$lock" ] && is_current "$1" "$stamp" "$3"; then
        return
    fi
    unregister_run
    acquire_lock
    if ! is_current "$1" "$stamp" "$3"; then
        wait_for_runs
        renew "$1" "$2" "$stamp"
    fi
    register_run
    release_lock
}

# renew STEP PROJECT STAMP
renew() {
    (cd -- "$root" && dotnet --version) >/dev/null 2>&1 || fail "no .NET SDK here satisfies global.json: install the .NET SDK $(wanted_sdk) or a later 10.0 (https://dot.net), then run this again"
    rm -f "$3"
    : >"$log"
    install_npm_packages
    local listing=$artifacts/listing.$$
    list_sources >"$listing"
    say 'restoring packages'
    logged dotnet restore "$2" --nologo || setup_failed 'the .NET packages could not be restored' 'dotnet nuget list source'
    probe_ilgpu
    "$1" "$2"
    mv -f "$listing" "$3"
}

build() {
    say 'building'
    compile build "$1"
}

# Into a folder of its own, so that building the tests leaves it alone.
publish() {
    local precompiled=false
    probe_ready_to_run "$1" && precompiled=true
    say 'building'
    rm -rf "$artifacts/tileproof"
    compile publish "$1" --output "$artifacts/tileproof" "-p:Precompiled=$precompiled"
}

# compile VERB PROJECT [ARGUMENT...]
compile() {
    logged dotnet "$@" --configuration Release --nologo --verbosity quiet -nodeReuse:false || setup_failed 'the build failed' ''
}

wanted_sdk() { sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$root/global.json"; }

# --- what is there already ---------------------------------------------------------------------------------------------

# is_current STEP STAMP OUTPUT
is_current() {
    [ -f "$2" ] && [ -f "$root/$3" ] && is_probed ilgpu "${UseIlgpu-}" || return 1
    [ "$1" = build ] || is_probed readytorun "${ReadyToRun-}" || return 1
    npm_packages_are_current && list_sources | cmp -s - "$2"
}

# is_probed NAME SETTING
is_probed() { [ -n "$2" ] || [ -f "$artifacts/$1.probe" ]; }

# Every file that a build depends on, with its size and time of change, and the settings that reach the build from outside.
list_sources() {
    printf 'root=%s UseIlgpu=%s OnnxRuntimeSource=%s ReadyToRun=%s\n' "$root" "${UseIlgpu-}" "${OnnxRuntimeSource-}" "${ReadyToRun-}"
    local format=(-c '%n %s %y')
    stat -c %s "$root/global.json" >/dev/null 2>&1 || format=(-f '%N %z %Fm')
    (cd -- "$root" && find . \( -name bin -o -name obj -o -name node_modules -o -path ./artifacts -o -path ./reports -o -name '.?*' \) -prune \
        -o -type f ! -name '*.md' ! -name '*.received.*' ! -name '*.verified.*' -exec stat "${format[@]}" {} + | LC_ALL=C sort)
}

npm_packages_are_current() {
    [ "${OnnxRuntimeSource:-npm}" = npm ] || return 0
    [ -f "$root/node_modules/.package-lock.json" ] || return 1
    local digest
    for digest in $(sed -n 's/.*"integrity": *"\([^"]*\)".*/\1/p' "$root/package-lock.json"); do
        grep -qF -- "$digest" "$root/node_modules/.package-lock.json" || return 1
    done
}

# --- steps -------------------------------------------------------------------------------------------------------------

install_npm_packages() {
    npm_packages_are_current && return
    command -v npm >/dev/null 2>&1 || fail 'npm is missing: install Node.js 20 or later with npm (https://nodejs.org), then run this again'
    say 'installing the npm packages'
    logged npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 ||
        setup_failed 'the npm packages could not be installed' 'npm config get registry'
    npm_packages_are_current || fail "npm finished, but node_modules does not match package-lock.json; see $log"
}

# ILGPU is optional (eng/README.md): whether it can be restored is tried once. Directory.Build.props looks at the outcome.
probe_ilgpu() {
    is_probed ilgpu "${UseIlgpu-}" && return
    say 'probing for ILGPU (optional)'
    if logged dotnet restore eng/IlgpuProbe/IlgpuProbe.csproj --nologo; then
        echo available >"$artifacts/ilgpu.probe"
    else
        echo 'not available' >"$artifacts/ilgpu.probe"
    fi
}

# The ReadyToRun compiler is optional too: whether it is there to publish with. Only its absence saves a try, because another .NET SDK
# asks for another version of it.
probe_ready_to_run() {
    local probe=$artifacts/readytorun.probe
    [ "${ReadyToRun-}" != false ] || return 1
    if [ -n "${ReadyToRun-}" ] || ! grep -qs '^not' "$probe"; then
        say 'restoring the ReadyToRun compiler (optional)'
        if logged dotnet restore "$1" --nologo -p:Precompiled=true; then
            echo available >"$probe"
            return
        fi
        [ -z "${ReadyToRun-}" ] || setup_failed 'the ReadyToRun compiler could not be restored' 'dotnet nuget list source'
        echo 'not available' >"$probe"
    fi
    say 'the ReadyToRun compiler could not be restored: everything works without it, but runs start later'
    return 1
}

logged() { (cd -- "$root" && "$@") >>"$log" 2>&1 </dev/null; }

# setup_failed WHAT SOURCE_COMMAND: one line when a registry is out of reach; otherwise the end of the log as well.
setup_failed() {
    if [ -n "$2" ] && grep -qE 'ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|NU1301' "$log"; then
        fail "$1: the package registry cannot be reached; check the network and '$2', then run this again (log: $log)"
    fi
    grep -v '^[[:space:]]*$' "$log" | tail -n 12 | sed 's#[a-zA-Z]*://[^ ]*#<address>#g' >&2
    fail "$1 (log: $log)"
}

# --- one build at a time, and none under a run's feet --------------------------------------------------------------------

register_run() { : >"$artifacts/runs/$$"; }

unregister_run() { rm -f "$artifacts/runs/$$"; }

wait_for_runs() {
    local run process said=
    for run in "$artifacts"/runs/*; do
        process=${run##*/}
        while [ -f "$run" ] && is_running "$process"; do
            [ -n "$said" ] || say "sources changed; waiting for the run of process $process to end before building"
            said=1
            sleep 1
        done
        rm -f "$run"
    done
}

# is_running PROCESS_ID: whether it is alive and one of ours; ids are used again, so its command line must say so.
is_running() {
    kill -0 "$1" 2>/dev/null || return 1
    if [ -r "/proc/$1/cmdline" ]; then
        tr '\0' ' ' <"/proc/$1/cmdline"
    else
        ps -ww -p "$1" -o command=
    fi | grep -qF -e "$root/" -e run-verify.sh
}

acquire_lock() {
    local waited=0
    until mkdir "$lock" 2>/dev/null; do
        [ -w "$artifacts" ] || fail "cannot write to $artifacts: allow it, or copy the repository to a folder of your own"
        if lock_is_stale; then
            remove_stale_lock
        else
            [ "$waited" -gt 0 ] || say 'waiting for another set-up to finish'
            [ "$waited" -lt "$lock_timeout_seconds" ] || fail "another set-up has held $lock for too long; remove that folder if none is running"
            sleep 1
            waited=$((waited + 1))
        fi
    done
    echo $$ >"$lock/process"
    trap release_lock EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

release_lock() {
    trap - EXIT INT TERM
    rm -rf "$lock" "$artifacts/listing.$$"
}

# A lock whose process is gone, or that has had no owner for a minute, was left behind by a killed set-up.
lock_is_stale() {
    local process
    process=$(cat "$lock/process" 2>/dev/null) || process=
    if [ -n "$process" ]; then
        ! is_running "$process"
    else
        [ -n "$(find "$lock" -prune -mmin +1 2>/dev/null)" ]
    fi
}

# Only one process may remove it, and only if it is still stale: the lock may have a new owner by now.
remove_stale_lock() {
    if mkdir "$lock.removal" 2>/dev/null; then
        lock_is_stale && rm -rf "$lock"
        rmdir "$lock.removal"
    else
        sleep 1
    fi
}
