using System.Globalization;
using CsvHelper;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;

namespace TileProof.Tests.Networks;

/// <summary>The quantized ResNets against the published operator order and the published convolution table.</summary>
public sealed class PublishedNetworkTests
{
    private const string ResNet18Order =
        "Q C0 R D MP Q C1 R C2 D A Q R C3 R C4 D D A Q R C5 C6 R C7 D D A Q R C8 R C9 D D A Q R C10 C11 R C12 D D A Q R C13 R C14 D D A Q R "
        + "C15 C16 R C17 D D A Q R C18 R C19 D D A Q R D MEAN Q FC D";

    private const string ResNet50Order =
        "Q C0 R D MP Q C1 C2 R C3 R C4 D D A Q R C5 R C6 R C7 D D A Q R C8 R C9 R C10 D D A Q R C11 C12 R C13 R C14 D D A Q R "
        + "C15 R C16 R C17 D D A Q R C18 R C19 R C20 D D A Q R C21 R C22 R C23 D D A Q R C24 C25 R C26 R C27 D D A Q R C28 R C29 R C30 D D A Q R "
        + "C31 R C32 R C33 D D A Q R C34 R C35 R C36 D D A Q R C37 R C38 R C39 D D A Q R C40 R C41 R C42 D D A Q R C43 C44 R C45 R C46 D D A Q R "
        + "C47 R C48 R C49 D D A Q R C50 R C51 R C52 D D A Q R D MEAN Q FC D";

    [Theory]
    [InlineData("resnet18", 64, ResNet18Order, 77)]
    [InlineData("resnet50", 64, ResNet50Order, 175)]
    [InlineData("resnet18", 224, ResNet18Order, 77)]
    public void Quantize_PublishedNetworks_CallsInPublishedOrder(string name, int size, string order, int callCount)
    {
        Network network = TestModels.Default(name, size).Quantized;

        Assert.Equal(order, OrderOf(network));
        Assert.Equal(callCount, network.Calls.Count);
    }

    [Theory]
    [InlineData("resnet18", 20)]
    [InlineData("resnet50", 53)]
    public void Quantize_PublishedNetworks_ConvolutionsHavePublishedShapes(string name, int convolutionCount)
    {
        PublishedConvolution[] published = ReadPublished(name);
        Conv2dCall[] ours = [.. TestModels.Default(name, 64).Quantized.Convolutions];

        Assert.Equal(convolutionCount, published.Length);
        Assert.Equal(published.Select(row => (row.ConfigKey, row.MultiplyAccumulates)), ours.Select(call => (call.LayerKey, call.MultiplyAccumulates)));
    }

    [Theory]
    [InlineData("resnet18", 3, 15)]
    [InlineData("resnet50", 2, 30)]
    public void Requantize_PublishedNetworks_ParametersResembleThePublishedOnes(string name, int smallestShift, int equalShiftsAtLeast)
    {
        PublishedConvolution[] published = ReadPublished(name);
        Conv2dCall[] ours = [.. TestModels.Default(name, 64).Quantized.Convolutions];
        int equalShifts = 0;
        foreach ((PublishedConvolution row, Conv2dCall call) in published.Zip(ours))
        {
            Requantization requantization = call.Requantize(ParameterDerivation.L1Norm);
            float effectiveScale = RequantizationDeriver.EffectiveScale(call.BiasScales[0], call.Output.RequiredQuantization.Scale);
            Assert.InRange(requantization.AccumulatorShift, smallestShift, 9);
            Assert.InRange(requantization.AccumulatorShift - row.AccumulatorShift, -2, 2);
            Assert.InRange(effectiveScale / row.EffectiveScale, 0.2, 5);
            Assert.InRange(call.Output.RequiredQuantization.ZeroPoint, -60, 60);
            equalShifts += requantization.AccumulatorShift == row.AccumulatorShift ? 1 : 0;
        }

        Assert.InRange(equalShifts, equalShiftsAtLeast, published.Length);
    }

    [SkippableFact]
    public void PublishedTable_CopyInTheRepository_EqualsTheSharedOne()
    {
        Skip.If(RepositoryPaths.SharedFolder is null, "The shared published data is not there.");
        Assert.Equal(
            File.ReadAllText(Path.Combine(RepositoryPaths.SharedFolder!, "published", "conv_layers.csv")).ReplaceLineEndings("\n"),
            File.ReadAllText(RepositoryPaths.Fixture("published", "conv_layers.csv")).ReplaceLineEndings("\n"));
    }

    private static string OrderOf(Network network)
    {
        int convolutions = 0;
        return string.Join(' ', network.Calls.Select(call => call.Kind switch
        {
            OperatorKind.QuantizePerTensor => "Q",
            OperatorKind.DequantizePerTensor => "D",
            OperatorKind.Conv2d => string.Create(CultureInfo.InvariantCulture, $"C{convolutions++}"),
            OperatorKind.QuantizedRelu => "R",
            OperatorKind.MaxPool2d => "MP",
            OperatorKind.Mean => "MEAN",
            OperatorKind.QuantizedLinear => "FC",
            OperatorKind.Add => "A",
            _ => call.Kind.ToString(),
        }));
    }

    private static PublishedConvolution[] ReadPublished(string network)
    {
        using var reader = new StreamReader(RepositoryPaths.Fixture("published", "conv_layers.csv"));
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        var rows = new List<PublishedConvolution>();
        while (csv.Read())
        {
            if (csv.GetField("model") == network)
            {
                rows.Add(new PublishedConvolution(
                    csv.GetField("config_key")!, csv.GetField<long>("macs"), csv.GetField<float>("eff_scale_diag"), csv.GetField<int>("accum_shift_values")));
            }
        }

        return [.. rows];
    }

    private sealed record PublishedConvolution(string ConfigKey, long MultiplyAccumulates, float EffectiveScale, int AccumulatorShift);
}
