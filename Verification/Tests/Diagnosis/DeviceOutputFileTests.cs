using System.Runtime.InteropServices;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.DeviceLog;
using TileProof.Verification.Diagnosis;
using TileProof.Verification.Export;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Diagnosis;

/// <summary>Every form in which a device's output comes gives the same levels, and what is no output of the layer is refused in one line.</summary>
public sealed class DeviceOutputFileTests : IDisposable
{
    private static readonly TensorShape Shape = TensorShape.FromNchw(1, 3, 2, 5);
    private static readonly QuantizationParameters Quantization = QuantizationParameters.FromScale(0.25f, -3);
    private static readonly sbyte[] Levels = [.. Enumerable.Range(0, 30).Select(static i => (sbyte)((i * 9) - 128))];
    private static readonly float[] Values = [.. Levels.Select(static level => (level + 3) * 0.25f)];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_EveryForm_GivesTheLevels()
    {
        byte[] bytes = MemoryMarshal.AsBytes<sbyte>(Levels).ToArray();
        byte[] floats = MemoryMarshal.AsBytes<float>(Values).ToArray();
        (string Name, byte[] Content)[] files =
        [
            ("raw.bin", bytes), ("raw.out", floats), ("int8.npy", NpyFile.Create("|i1", [1, 3, 2, 5], bytes)), ("uint8.npy", NpyFile.Create("|u1", [30], bytes)),
            ("int32.npy", NpyFile.Create("<i4", [30], MemoryMarshal.AsBytes<int>(Array.ConvertAll(Levels, static level => (int)level)))),
            ("float.npy", NpyFile.Create("<f4", [3, 10], floats)),
            ("run.log", System.Text.Encoding.ASCII.GetBytes($"start\ntensor(sizes=[1, 3, 2, 5], [{string.Join(", ", Levels)}])\n")),
            ("run.txt", System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"tensor(sizes=[1, 30], [{string.Join(", ", Values.Select(static value => value.ToString("F2", System.Globalization.CultureInfo.InvariantCulture)))}])\n"))),
        ];
        foreach ((string name, byte[] content) in files)
        {
            File.WriteAllBytes(folder[name], content);
            DeviceValues read = Read(name);
            Assert.Equal(Levels, read.Levels);
            Assert.Equal((30, null), (read.KnownCount, read.Totals));
        }
    }

    [Fact]
    public void Read_LayerDump_GivesFirstLevelsAndTotals()
    {
        File.WriteAllText(folder["run.log"], $"LAYER_DUMP : quantized_conv2d_nchw : 30 : dtype=1 : first=[{string.Join(",", Levels.Take(16))}] : sum={Levels.Sum(static level => level)} : min=-128 : max=127\n");

        DeviceValues read = Read("run.log");

        Assert.Equal(Levels.Take(16), read.Levels.Take(16));
        Assert.Equal((16, (Levels.Sum(static level => (long)level), -128, 127)), (read.KnownCount, read.Totals!.Value));
    }

    [Theory]
    [InlineData("short.bin", "has 29 bytes; the output [1, 3, 2, 5] takes 30 as int8 or 120 as float32")]
    [InlineData("other.npy", "31 numbers")]
    [InlineData("between.npy", "element 7: 0.3")]
    [InlineData("none.log", "has no output tensor of 30 elements, and no LAYER_DUMP line of this layer")]
    [InlineData("absent.bin", "cannot be read")]
    public void Read_NoOutputOfTheLayer_IsRefusedInOneLine(string name, string expected)
    {
        File.WriteAllBytes(folder["short.bin"], new byte[29]);
        File.WriteAllBytes(folder["other.npy"], NpyFile.Create("|i1", [31], new byte[31]));
        float[] between = [.. Values];
        between[7] = 0.3f;
        File.WriteAllBytes(folder["between.npy"], NpyFile.Create("<f4", [30], MemoryMarshal.AsBytes<float>(between)));
        File.WriteAllText(folder["none.log"], "LAYER_DUMP : conv2d : 31 : dtype=1 : first=[1] : sum=1 : min=1 : max=1\n");

        string message = Assert.Throws<FixtureException>(() => Read(name)).Message;

        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith(folder[name], message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private DeviceValues Read(string name) => DeviceOutputFile.Read(folder[name], Shape, Quantization, static log => log.Dumps.FirstOrDefault(static dump => dump.Count == 30));
}
