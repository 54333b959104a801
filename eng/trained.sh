# Sourced by run-verify.sh, behind setup.sh, when a command names resnet18-imagenet: restores its trained weights.
# They lie where NuGet keeps packages; once they are there, nothing is asked of it.
restore_trained() {
    local version packages
    packages=$(packages_folder)
    version=$(sed -n 's/.*<TrainedResNet18Version>\[\(.*\)\].*/\1/p' "$root/Directory.Packages.props")
    if [ -f "$packages/microsoft.ml.dnnimagefeaturizer.resnet18/$version/.nupkg.metadata" ]; then return; fi
    command -v dotnet >/dev/null 2>&1 || return 0 # set_up says so
    mkdir -p "$artifacts" 2>/dev/null && { : >"$log"; } 2>/dev/null || fail "cannot write to $artifacts: allow it, or copy the repository to a folder of your own"
    say 'restoring the trained weights (60 MB, once)'
    (cd -- "$root" && dotnet restore eng/TrainedNetworks.csproj --nologo --verbosity quiet) >"$log" 2>&1 </dev/null || setup_failed
}

# Without HOME, or with an empty one, the user's entry names the home folder, as for dotnet.
packages_folder() (
    [ -n "${HOME-}" ] || unset HOME
    printf '%s' "${NUGET_PACKAGES:-$(printf '%s' ~/.nuget/packages)}"
)

restore_trained
