using TileProof.HwModel.Machine;
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
