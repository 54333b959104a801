using System.Diagnostics;
using TileProof.Tests.Support;

namespace TileProof.Tests.Setup;

/// <summary>A copy of the set-up scripts in a folder with spaces in its name, with stand-ins for dotnet and npm that note their calls.</summary>
internal sealed class SetupSandbox : IDisposable
{
    /// <summary>The call that tells whether the ReadyToRun compiler can be restored.</summary>
    public const string RestoreCompiler = "dotnet restore Verification/Cli/TileProof.Cli.csproj --nologo -p:Precompiled=true";

    private const string FakeDotnet = """
        #!/usr/bin/env bash
        echo "dotnet $*" >>"$CALLS"
        case $1 in
            --version) [ -z "${SDK_TOO_OLD-}" ] ;;
            restore)
                if [ -n "${RESTORE_ERROR-}" ]; then echo "$RESTORE_ERROR"; exit 1; fi
                case "$*" in *Precompiled=true*) if [ -n "${COMPILER_ERROR-}" ]; then echo "$COMPILER_ERROR"; exit 1; fi ;; esac ;;
            build | publish)
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
                    echo "<ResultSummary outcome=\"Completed\"><Counters $COUNTERS /></ResultSummary>" >artifacts/test-results/tests.trx
                fi
                exit "${RUN_EXIT:-0}" ;;
        esac
        """;

    private const string FakeNpm = """
        #!/usr/bin/env bash
        echo "npm $*" >>"$CALLS"
        if [ -n "${NPM_ERROR-}" ]; then echo "$NPM_ERROR"; exit 1; fi
        mkdir -p node_modules
        cp package-lock.json node_modules/.package-lock.json
        """;

    // What the scripts may use besides bash's own commands.
    private static readonly string[] Tools =
    [
        "bash", "env", "basename", "cat", "cmp", "cp", "dirname", "find", "grep", "head", "mkdir", "mv", "ps", "rm", "rmdir", "sed", "sleep", "sort", "stat", "tail", "tr",
    ];

    private readonly TemporaryFolder folder = new();

    public SetupSandbox()
    {
        string[] files = ["run-verify.sh", ".ci/run", "eng/setup.sh", "eng/IlgpuProbe/IlgpuProbe.csproj", "global.json", "package.json", "package-lock.json", "Harness.sln"];
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
        WriteTool("npm", FakeNpm);
    }

    /// <summary>The copied repository.</summary>
    public string Root => folder["my repository"];

    /// <summary>What a run executes.</summary>
    public string Program => $"{Root}/artifacts/tileproof/tileproof.dll";

    /// <summary>The calls of dotnet and npm so far, one a line.</summary>
    public IReadOnlyList<string> Calls => File.Exists(CallLog) ? File.ReadAllLines(CallLog) : [];

    /// <summary>A begin and an end line with the process id for each build.</summary>
    public IReadOnlyList<string> Builds => File.Exists(BuildLog) ? File.ReadAllLines(BuildLog) : [];

    private string ToolFolder => folder["bin"];

    private string CallLog => folder["calls.log"];

    private string BuildLog => folder["builds.log"];

    /// <summary>The call that builds the program.</summary>
    public string Publish(bool precompiled) =>
        $"dotnet publish Verification/Cli/TileProof.Cli.csproj --output {Root}/artifacts/tileproof -p:Precompiled={(precompiled ? "true" : "false")}"
        + " --configuration Release --nologo --verbosity quiet -nodeReuse:false";

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
        foreach (string inherited in new[] { "UseIlgpu", "OnnxRuntimeSource", "ReadyToRun", "TILEPROOF_SLOW_TESTS", "TILEPROOF_OUT" })
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
