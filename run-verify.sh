#!/usr/bin/env bash
# Sets up what is missing, builds, and runs the conformance run:   ./run-verify.sh [options of 'tileproof verify']
# or sets up, builds, and runs all tests:                          ./run-verify.sh --test [--slow] [options of 'dotnet test']
# or sets up, builds, and runs another command:                    ./run-verify.sh COMMAND [options of 'tileproof COMMAND']
# or sets up, builds, and puts the tests of an area to the test:   ./run-verify.sh --mutate AREA...|all [--list] [--resume] [--sample N]
# Exit codes: 0 all proven, 1 a mismatch, hazard or failed test, 2 usage, bad input or failed set-up, 3 internal fault.
set -euo pipefail
script=${BASH_SOURCE[0]}
while [ -L "$script" ]; do # started through a link: the folder is that of the file
    link=$(readlink -- "$script")
    case $link in /*) script=$link ;; *) script=$(dirname -- "$script")/$link ;; esac
done
root=$(CDPATH='' cd -- "$(dirname -- "$script")" && pwd -P)
. "$root/eng/setup.sh"
[ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge 128 ] || fail "the limit of open files is $(ulimit -n): allow 128 or more (ulimit -n 1024), then run this again"

if [ "${1-}" = --test ]; then
    shift
    arguments=()
    for argument in "$@"; do
        if [ "$argument" = --slow ]; then
            export TILEPROOF_SLOW_TESTS=1
        else
            arguments+=("$argument")
        fi
    done
    tests=Verification/Tests/bin/Release/net10.0/TileProof.Tests.dll
    set_up "$tests" build Harness.sln
    cd -- "$root"
    exec dotnet test "$root/$tests" --nologo ${arguments[@]+"${arguments[@]}"}
fi

if [ "${1-}" = --mutate ]; then
    shift
    tests=Verification/Tests/bin/Release/net10.0
    set_up "$tests/TileProof.Tests.dll" build Harness.sln
    cd -- "$root"
    exec dotnet "$tests/TileProof.MutationTesting.dll" "$@"
fi

case "$*" in *resnet18-imagenet*) . "$root/eng/trained.sh" ;; esac
set_up artifacts/tileproof/tileproof.dll publish Verification/Cli/TileProof.Cli.csproj --output "$artifacts/tileproof" -p:Precompiled=true
export TILEPROOF_CACHE=${TILEPROOF_CACHE:-$artifacts/cache}
export TILEPROOF_OUT=${TILEPROOF_OUT:-$root/reports}
export TILEPROOF_REPOSITORY=$root
case ${1-} in
    --version) ;;
    '' | -*) set -- verify "$@" ;;
esac
exec dotnet "$root/artifacts/tileproof/tileproof.dll" "$@"
