using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TileProof.MutationTesting.Building;

namespace TileProof.MutationTesting.Running;

/// <summary>Starts workers.</summary>
internal static class WorkerProcess
{
    /// <summary>The argument that makes the tool a worker.</summary>
    public const string Argument = "--worker";

    private const string HeapLimitBytesInHexadecimal = "80000000";

    /// <summary>Runs a worker in the folder of the mutated assemblies until it ends.</summary>
    /// <param name="binFolder">That folder.</param>
    /// <param name="order">What it is to do.</param>
    /// <param name="orderPath">Where the order is written.</param>
    /// <returns>Its exit code.</returns>
    public static int Run(string binFolder, WorkOrder order, string orderPath)
    {
        File.WriteAllText(orderPath, JsonSerializer.Serialize(order));
        string tests = Path.Combine(binFolder, Path.GetFileNameWithoutExtension(order.Tests));
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])
        [
            "exec", "--runtimeconfig", tests + ".runtimeconfig.json", "--depsfile", tests + ".deps.json",
            Path.Combine(binFolder, Path.GetFileName(typeof(WorkerProcess).Assembly.Location)), Argument, orderPath,
        ])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimitBytesInHexadecimal;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        if (order.IsAlone)
        {
            start.Environment[MutantSwitchSource.MutantVariable] = order.Mutants[0].ToString(CultureInfo.InvariantCulture);
        }

        using Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        File.WriteAllText(Path.ChangeExtension(orderPath, ".log"), errors);
        return process.ExitCode;
    }
}
