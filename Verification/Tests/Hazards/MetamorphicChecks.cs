using TileProof.Operators.Requantizing;
using TileProof.Verification.Hazards;

namespace TileProof.Tests.Hazards;

/// <summary>Relations between runs that hold for every right program, whatever the golden says.</summary>
internal static class MetamorphicChecks
{
    /// <summary>The runs whose bytes differ from those of the first.</summary>
    public static IReadOnlyList<ConvolutionRun> DifferingRuns(IReadOnlyList<ConvolutionRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        byte[] first = runs[0].Execute();
        return [.. runs.Skip(1).Where(run => !run.Execute().AsSpan().SequenceEqual(first))];
    }

    /// <summary>Whether a batch gives the bytes of its images one by one.</summary>
    public static bool BatchEqualsSingles(ConvolutionRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        ConvolutionCase layer = run.Case;
        int imageBytes = layer.Input.Length / layer.Batch;
        var singles = new List<byte>();
        for (int image = 0; image < layer.Batch; image++)
        {
            ConvolutionCase single = layer with { Batch = 1, Input = layer.Input[(image * imageBytes)..((image + 1) * imageBytes)] };
            singles.AddRange((run with { Case = single }).Execute());
        }

        return run.Execute().AsSpan().SequenceEqual(singles.ToArray());
    }

    /// <summary>Whether reversing the output channels of weights and biases reverses the output channels.</summary>
    public static bool ReversedChannelsReverseOutput(ConvolutionRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        ConvolutionCase layer = run.Case;
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
        byte[] output = run.Execute();
        byte[] reversedOutput = (run with { Case = reversed }).Execute();
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
