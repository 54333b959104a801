using System.Diagnostics;
using System.Globalization;
using TileProof.Tests.Support;

namespace TileProof.Tests.Setup;

/// <summary>A copy of the set-up scripts in a folder with spaces in its name, with a stand-in for dotnet that notes its calls.</summary>
internal sealed class SetupSandbox : IDisposable
{
    private const string BuildOptions = " --configuration Release --nologo --verbosity quiet -nodeReuse:false";

    private const string FakeDotnet = """
        #!/usr/bin/env bash
        echo "dotnet $*" >>"$CALLS"
        case $1 in
            --version) [ -z "${SDK_TOO_OLD-}" ] ;;
            build | publish)
                case "$*" in *Precompiled=false*) ;; *) if [ -n "${COMPILER_ERROR-}" ]; then echo "$COMPILER_ERROR"; exit 1; fi ;; esac
                echo "begin $$" >>"$BUILDS"
                sleep "${BUILD_SECONDS:-0}"
                if [ -n "${BUILD_ERROR-}" ]; then echo "$BUILD_ERROR"; exit 1; fi
                mkdir -p artifacts/tileproof Verification/Tests/bin/Release/net10.0
                if [ "$1" = publish ]; then : >artifacts/tileproof/tileproof.dll; else : >Verification/Tests/bin/Release/net10.0/TileProof.Tests.dll; fi
                echo "end $$" >>"$BUILDS" ;;
            *)
                printf 'slow=%s out=%s\n' "${TILEPROOF_SLOW_TESTS-}" "${TILEPROOF_OUT-}"
                for argument; do printf '[%s]\n' "$argument"; done
                if [ -n "${COUNTERS-}" ]; then
                    mkdir -p artifacts/test-results
                    printf '%s\n' "${RESULTS-}" "<ResultSummary outcome=\"Completed\"><Counters $COUNTERS /></ResultSummary>" >artifacts/test-results/tests.trx
                fi
                if [ -n "${RUN_SECONDS-}" ]; then sleep "$RUN_SECONDS"; echo ended >>"$CALLS"; fi
                exit "${RUN_EXIT:-0}" ;;
        esac
        """;

    // What the scripts may use besides bash's own commands.
    private static readonly string[] Tools =
    [
        "bash", "env", "cmp", "dirname", "find", "grep", "head", "ln", "mkdir", "mv", "ps", "readlink", "rm", "rmdir", "sed", "sleep", "sort", "stat", "tail", "tr",
    ];

    private readonly TemporaryFolder folder = new();

    public SetupSandbox()
    {
        string[] files = ["run-verify.sh", ".ci/run", "eng/setup.sh", "eng/trained.sh", "global.json", "Directory.Packages.props", "Harness.sln"];
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Root, file))!);
            File.Copy(Path.Combine(RepositoryPaths.RepositoryRoot, file), Path.Combine(Root, file)); // with its permissions
        }

        WriteFile("Verification/Cli/Program.cs", "return 0;\n");
        Directory.CreateDirectory(ToolFolder);
        foreach (string tool in Tools)
        {
            if (FindTool(tool) is { } path)
            {
                File.CreateSymbolicLink(Path.Combine(ToolFolder, tool), path);
            }
        }

        WriteTool("dotnet", FakeDotnet);
    }

    /// <summary>The copied repository.</summary>
    public string Root => folder["my repository"];

    /// <summary>What a run executes.</summary>
    public string Program => $"{Root}/artifacts/tileproof/tileproof.dll";

    /// <summary>The calls of dotnet so far, one a line.</summary>
    public IReadOnlyList<string> Calls => File.Exists(CallLog) ? File.ReadAllLines(CallLog) : [];

    /// <summary>A begin and an end line with the process id for each build.</summary>
    public IReadOnlyList<string> Builds => File.Exists(BuildLog) ? File.ReadAllLines(BuildLog) : [];

    private string PublishCommand => $"dotnet publish Verification/Cli/TileProof.Cli.csproj --output {Root}/artifacts/tileproof -p:Precompiled=true";

    private string ToolFolder => folder["bin"];

    private string CallLog => folder["calls.log"];

    private string BuildLog => folder["builds.log"];

    /// <summary>The call that builds the program.</summary>
    public string Publish => PublishCommand + BuildOptions;

    /// <summary>The call that builds the program where the ReadyToRun compiler cannot be restored.</summary>
    public string PublishWithoutCompiler => PublishCommand + " -p:Precompiled=false" + BuildOptions;

    /// <summary>Whether a set-up holds the lock.</summary>
    public bool IsLocked => new FileInfo(LockPath).LinkTarget is not null;

    private string LockPath => Path.Combine(Root, "artifacts/setup.lock");

    /// <summary>Leaves the lock as a set-up of that process would.</summary>
    public void Lock(int processId)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LockPath)!);
        File.CreateSymbolicLink(LockPath, processId.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Makes a symbolic link beside the repository; returns its path.</summary>
    public string Link(string name, string target) => File.CreateSymbolicLink(folder[name], target).FullName;

    public void RemoveTool(string tool) => File.Delete(Path.Combine(ToolFolder, tool));

    public void WriteFile(string name, string text)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public void ForgetCalls() => File.Delete(CallLog);

    /// <summary>Runs <c>run-verify.sh</c>.</summary>
    public SetupResult Run(string[] args, params (string Name, string Value)[] environment)
    {
        using Process process = Start("run-verify.sh", args, environment);
        return SetupResult.Of(process);
    }

    /// <summary>Runs <c>.ci/run</c>.</summary>
    public SetupResult RunContinuousIntegration(params (string Name, string Value)[] environment)
    {
        using Process process = Start(".ci/run", [], environment);
        return SetupResult.Of(process);
    }

    public Process Start(string script, string[] args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(ToolFolder, "bash"), [Path.Combine(Root, script), .. args])
        {
            WorkingDirectory = folder.FullPath,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string inherited in new[] { "TILEPROOF_SLOW_TESTS", "TILEPROOF_OUT", "TILEPROOF_CACHE" })
        {
            start.Environment.Remove(inherited);
        }

        start.Environment["PATH"] = ToolFolder;
        start.Environment["CALLS"] = CallLog;
        start.Environment["BUILDS"] = BuildLog;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public void Dispose() => folder.Dispose();

    private static string? FindTool(string tool) => Environment.GetEnvironmentVariable("PATH")!
        .Split(Path.PathSeparator)
        .Select(directory => Path.Combine(directory, tool))
        .FirstOrDefault(File.Exists);

    private void WriteTool(string name, string script)
    {
        string path = Path.Combine(ToolFolder, name);
        File.WriteAllText(path, script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
