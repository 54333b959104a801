using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification.Device;
using TileProof.Verification.Options;

namespace TileProof.Tests.Device;

/// <summary>The layer table of a user's own C has what the published tables can express, and nothing else.</summary>
public sealed class DeviceTableTests
{
    private static readonly MaxPool2dShape Even = MaxPool2dShape.Create(5, 9, 14, 3, 3, 2, 1);

    /// <summary>Two strides, and other padding below than above.</summary>
    private static readonly MaxPool2dShape Uneven = MaxPool2dShape.Create(5, 9, 14, new Conv2dWindow
    {
        KernelHeight = 3, KernelWidth = 2, StrideHeight = 2, StrideWidth = 1, PadTop = 1, PadLeft = 0, PadBottom = 0, PadRight = 1, DilationHeight = 1, DilationWidth = 1,
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_PoolingsThatNoTableExpresses_AreLeftOut(int place)
    {
        MaxPool2dCall published = Calls.MaxPool(Even, batch: 1);
        var levels = new TensorInfo("levels", Even.InputShape(), ElementType.Int8, QuantizationParameters.FromScale(0.5f, 3));
        var pooledLevels = new TensorInfo("pooled levels", Even.OutputShape(), ElementType.Int8, levels.Quantization);
        var others = new List<OperatorCall> { Calls.MaxPool(Uneven, batch: 1), published with { Inputs = [levels], Output = pooledLevels } };
        others.Insert(place, published);

        string table = DeviceTable.Of(others, BankSetting.Parse("8192x4096"), new VerifyOptions());

        Assert.Equal(1, CountOf(table, ".pad_h = "));
        Assert.Contains($"\"{Even.ConfigKey}\"", table, StringComparison.Ordinal);
        Assert.DoesNotContain(Uneven.ConfigKey, table, StringComparison.Ordinal);
        others.RemoveAt(place);
        string without = DeviceTable.Of(others, BankSetting.Parse("8192x4096"), new VerifyOptions());
        Assert.DoesNotContain(Even.ConfigKey, without, StringComparison.Ordinal);
        Assert.DoesNotContain(Uneven.ConfigKey, without, StringComparison.Ordinal);
    }

    private static int CountOf(string text, string part) => text.Split(part).Length - 1;
}
