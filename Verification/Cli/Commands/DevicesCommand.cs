using System.CommandLine;
using System.Text.Json.Nodes;
using TileProof.Golden.OnnxRuntime;
using TileProof.Kernels.Devices;
using TileProof.Kernels.Executors;
using TileProof.Verification;

namespace TileProof.Cli.Commands;

/// <summary><c>tileproof devices</c>: the engines and devices, and why each is or is not usable.</summary>
public static class DevicesCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="context">What the command may use of its process.</param>
    /// <param name="listDevices">Finds the devices of the data-parallel kernels.</param>
    public static Command Create(CommandContext context, Func<IReadOnlyList<DeviceCatalogEntry>> listDevices)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(listDevices);
        Option<bool> json = JsonOutput.CreateOption();
        var command = new Command("devices", "List engines and devices, and why each is or is not usable.") { json };
        HelpWithExamples.AddTo(command, [("tileproof devices", "everything that can compute a golden result"), ("tileproof devices --json", "for machines")]);
        command.SetAction(parsed =>
        {
            string[][] rows = [.. GoldenEngines(), .. listDevices().Select(RowOf)];
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(context.Output, JsonOutput.Array(rows, static row => new JsonObject { ["engine"] = row[0], ["device"] = row[1], ["usable"] = row[2] == "yes", ["why"] = row[3] }));
                return ExitCode.Proven;
            }

            WriteTable(context.Output, rows);
            return ExitCode.Proven;
        });
        return command;
    }

    private static IEnumerable<string[]> GoldenEngines()
    {
        yield return ["scalar-oracle", "plain loops", "yes", "always; nothing to load"];
        yield return OnnxRuntimeRow();
    }

    private static string[] OnnxRuntimeRow()
    {
        try
        {
            return ["onnxruntime", $"CPU provider, ONNX Runtime {OnnxRuntimeSession.LibraryVersion}", "yes", "the native library was loaded"];
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or TypeInitializationException)
        {
            return ["onnxruntime", "-", "no", exception.GetBaseException().Message.ReplaceLineEndings(" ")];
        }
    }

    private static string[] RowOf(DeviceCatalogEntry entry) =>
    [
        $"data-parallel-{entry.Kind.Label()}",
        entry.Name.Length == 0 ? "-" : $"{entry.Name} ({entry.Driver})",
        entry.IsUsable ? "yes" : "no",
        entry.Reason,
    ];

    private static void WriteTable(TextWriter output, IReadOnlyList<string[]> rows)
    {
        string[] header = ["engine", "device", "usable", "why"];
        int[] widths = [.. header.Select((title, column) => rows.Max(row => Math.Max(row[column].Length, title.Length)))];
        foreach (string[] row in rows.Prepend(header))
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
