using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;

namespace TileProof.Verification;

/// <summary>Relations between runs that hold for every right program, whatever the golden says.</summary>
public static class MetamorphicChecks
{
    /// <summary>The configurations whose bytes differ from those of the first.</summary>
    public static IReadOnlyList<DspConfiguration> DifferingConfigurations(ConvolutionCase layer, IReadOnlyList<DspConfiguration> configurations)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(configurations);
        byte[] first = Run(layer, configurations[0]);
        return [.. configurations.Skip(1).Where(configuration => !Run(layer, configuration).AsSpan().SequenceEqual(first))];
    }

    /// <summary>Whether a batch gives the bytes of its images one by one.</summary>
    public static bool BatchEqualsSingles(ConvolutionCase layer, DspConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(layer);
        byte[] batch = Run(layer, configuration);
        int imageBytes = layer.Input.Length / layer.Batch;
        var singles = new List<byte>(batch.Length);
        for (int image = 0; image < layer.Batch; image++)
        {
            singles.AddRange(Run(layer with { Batch = 1, Input = layer.Input[(image * imageBytes)..((image + 1) * imageBytes)] }, configuration));
        }

        return batch.AsSpan().SequenceEqual(singles.ToArray());
    }

    /// <summary>Whether reversing the output channels of weights and biases reverses the output channels.</summary>
    public static bool ReversedChannelsReverseOutput(ConvolutionCase layer, DspConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Requantization requantization = layer.Requantization;
        ConvolutionCase reversed = layer with
        {
            Weights = ReverseBlocks(layer.Weights, layer.Shape.WeightsPerOutChannel),
            Requantization = requantization with
            {
                KernelBias = ReverseBlocks(requantization.KernelBias, 1),
                OutputScales = ReverseBlocks(requantization.OutputScales, 1),
                PostCorrection = ReverseBlocks(requantization.PostCorrection, 1),
            },
        };
        int planeBytes = layer.Shape.OutWidth * layer.Shape.OutHeight;
        byte[] output = Run(layer, configuration);
        byte[] reversedOutput = Run(reversed, configuration);
        int imageBytes = planeBytes * layer.Shape.OutChannels;
        for (int image = 0; image < layer.Batch; image++)
        {
            byte[] expected = ReverseBlocks(output[(image * imageBytes)..((image + 1) * imageBytes)], planeBytes);
            if (!reversedOutput.AsSpan(image * imageBytes, imageBytes).SequenceEqual(expected))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Every pair of neighbouring bank sizes at which the larger bank moves more bytes by DMA.</summary>
    /// <param name="shapes">The layers.</param>
    /// <param name="bankBytes">Bank sizes, ascending.</param>
    public static IReadOnlyList<TrafficIncrease> TrafficIncreases(IReadOnlyList<Conv2dShape> shapes, IReadOnlyList<int> bankBytes)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        ArgumentNullException.ThrowIfNull(bankBytes);
        var increases = new List<TrafficIncrease>();
        foreach (Conv2dShape shape in shapes)
        {
            for (int i = 1; i < bankBytes.Count; i++)
            {
                long before = DmaBytes(shape, bankBytes[i - 1]);
                long after = DmaBytes(shape, bankBytes[i]);
                if (before > 0 && after > before)
                {
                    increases.Add(new TrafficIncrease(shape.ConfigKey, bankBytes[i - 1], before, bankBytes[i], after));
                }
            }
        }

        return increases;
    }

    private static long DmaBytes(Conv2dShape shape, int bankBytes)
    {
        var configuration = DspConfiguration.FromBankBytes(bankBytes, bankBytes);
        if (Conv2dTilePlanner.Plan(shape, configuration).Mode == ExecutionMode.Cache)
        {
            return 0;
        }

        var traffic = new TrafficTotals();
        new ConvolutionRun { Case = ConvolutionCase.Create(shape, 1, 1), Configuration = configuration }.Execute(traffic);
        return traffic.Counts.DmaBytes;
    }

    private static byte[] Run(ConvolutionCase layer, DspConfiguration configuration) =>
        new ConvolutionRun { Case = layer, Configuration = configuration }.Execute();

    private static TItem[] ReverseBlocks<TItem>(TItem[] items, int blockLength)
    {
        var reversed = new TItem[items.Length];
        for (int block = 0; block < items.Length / blockLength; block++)
        {
            items.AsSpan(block * blockLength, blockLength).CopyTo(reversed.AsSpan(items.Length - ((block + 1) * blockLength)));
        }

        return reversed;
    }
}
