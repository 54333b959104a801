using System.Text.Json;
using TileProof.Cli;
using TileProof.Cli.Commands;
using TileProof.Cli.Progress;
using TileProof.Kernels.Devices;
using TileProof.Kernels.Executors;
using TileProof.Verification;

namespace TileProof.Tests.Cli;

public sealed class DevicesCommandTests
{
    [Fact]
    public void Devices_UsableAndUnusable_ListsEachWithItsReason()
    {
        string[] lines = LinesOf(
            new DeviceCatalogEntry(KernelDeviceKind.Host, "4 threads", "driver 1", true, "it works"),
            new DeviceCatalogEntry(KernelDeviceKind.Cuda, string.Empty, string.Empty, false, "no cuda device was found"));

        Assert.Equal(["engine", "scalar-oracle", "onnxruntime", "data-parallel-host", "data-parallel-cuda"], lines.Select(static line => line.Split(' ')[0]));
        Assert.Contains("4 threads (driver 1)", lines[3], StringComparison.Ordinal);
        Assert.EndsWith("  yes     it works", lines[3], StringComparison.Ordinal);
        Assert.EndsWith("  no      no cuda device was found", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_OfThisMachine_NamesEveryKindOfDevice()
    {
        string[] lines = LinesOf([.. DeviceCatalog.List()]);
        Assert.All(Enum.GetValues<KernelDeviceKind>(), kind => Assert.Contains(lines, line => line.StartsWith($"data-parallel-{kind.Label()} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Devices_Json_SaysWhatIsUsable()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var context = new CommandContext { Output = output, Error = TextWriter.Null, Progress = new PlainProgress(TextWriter.Null) };
        DeviceCatalogEntry[] entries = [new DeviceCatalogEntry(KernelDeviceKind.Cuda, "", "", false, "no cuda device")];
        Assert.Equal(ExitCode.Proven, CommandLineApplication.Invoke(CommandLineApplication.CreateRoot([DevicesCommand.Create(context, () => entries)]), ["devices", "--json"], context));
        using JsonDocument json = JsonDocument.Parse(output.ToString());
        Assert.Equal([true, true, false], json.RootElement.EnumerateArray().Select(static device => device.GetProperty("usable").GetBoolean()));
        Assert.Equal("no cuda device", json.RootElement[2].GetProperty("why").GetString());
    }

    private static string[] LinesOf(params DeviceCatalogEntry[] entries)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var context = new CommandContext { Output = output, Error = error, Progress = new PlainProgress(error) };
        int exitCode = CommandLineApplication.Invoke(CommandLineApplication.CreateRoot([DevicesCommand.Create(context, () => entries)]), ["devices"], context);
        Assert.Equal(ExitCode.Proven, exitCode);
        Assert.Empty(error.ToString());
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
