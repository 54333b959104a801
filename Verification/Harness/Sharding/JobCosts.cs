using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.Sharding;

/// <summary>What jobs are predicted to take, in nanoseconds of one core: fitted once on a 64-bit x86 core with AVX-512. Only their proportions decide a cut.</summary>
internal static class JobCosts
{
    /// <summary>One run of a call on the simulated DSP, rules and comparison included.</summary>
    public static long OfCase(OperatorCall call) => 65_000 + (long)(0.055 * call.MultiplyAccumulates) + (5L * call.Output.LengthBytes);

    /// <summary>The other golden engines on a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="completeLimit">Multiply-accumulates up to which the scalar engines compute every element.</param>
    public static long OfGolden(OperatorCall call, long completeLimit) =>
        30_000 + (long)((0.1 * call.MultiplyAccumulates) + (2.6 * Math.Min(call.MultiplyAccumulates, completeLimit))) + (20L * call.Output.LengthBytes);

    /// <summary>One run of a whole network on one machine.</summary>
    public static long OfNetwork(Network network) => (long)(0.75 * network.Calls.Sum(OfCase));

    /// <summary>Every call of a network once on the reference engine, which every process does that runs anything of the network.</summary>
    public static long OfReferences(Network network) => network.Calls.Sum(static call => 2_000_000 + (long)(0.1 * call.MultiplyAccumulates));

    /// <summary>A network against its file.</summary>
    public static long OfOriginal(Network network) => 5 * OfReferences(network);

    /// <summary>Adversarial schedules of a call, and the plain run.</summary>
    public static long OfAdversarial(OperatorCall call, int schedules) => (long)((1 + schedules) * 1.1 * OfCase(call));

    /// <summary>A program on words.</summary>
    /// <param name="words">Output words.</param>
    /// <param name="products">Products in the sum of each.</param>
    public static long OfProof(long words, long products) => 100_000 + (long)(0.75 * words * (products + 64));

    /// <summary>What the first set of constants takes more than the others: the first stage over all 2^24 accumulators, once a shift.</summary>
    public const long FirstArithmetic = 400_000_000;

    /// <summary>Sets of constants over all accumulators, or what makes one element of one over all values.</summary>
    public static long OfArithmetic(int sets) => 1_500_000L * sets;

    /// <summary>A batch of images through every variant of a network.</summary>
    public static long OfAccuracyBatch(Network network) => network.Calls.Sum(static call => 200_000 + (long)(0.22 * call.MultiplyAccumulates) + (35L * call.Output.LengthBytes));

    /// <summary>The float form of a network and the sessions that run it.</summary>
    public static long OfAccuracySetUp(Network network) => 300_000_000 + network.Calls.Sum(static call => (long)(0.2 * call.MultiplyAccumulates));

    /// <summary>A batch of images through some forms of a network, of which <c>tileproof accuracy</c> keeps the outputs only.</summary>
    public static long OfClassifiedBatch(Network network, int ways) => ways * network.Calls.Sum(static call => 50_000 + (long)(0.05 * call.MultiplyAccumulates) + (5L * call.Output.LengthBytes));

    /// <summary>Every layer by itself over some batches of images: in two ways, each on average half the network.</summary>
    public static long OfLayerAccuracies(Network network, int batches) => batches * OfClassifiedBatch(network, network.Calls.Count(static call => call.MultiplyAccumulates > 0) + 2);

    /// <summary>A search of a layer at a bank setting, and the runs that prove it.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="modes">Machine modes that are searched.</param>
    /// <param name="isFree">Whether other loop orders are searched too.</param>
    /// <param name="isCacheOnly">Whether there is nothing to search.</param>
    /// <param name="calls">Calls that the plans run with.</param>
    public static long OfTuning(Conv2dShape shape, int modes, bool isFree, bool isCacheOnly, int calls)
    {
        long search = isCacheOnly ? 0 : modes * (700_000 + (1_400L * shape.OutChannels * shape.OutHeight)) * (isFree ? 10 : 1);
        return 300_000 + search + (calls * (modes + 1) * (400_000 + (long)(0.07 * shape.MultiplyAccumulates)));
    }

    /// <summary>A defect on a layer of the self-test.</summary>
    public static long OfDefect(Conv2dShape shape) => 5_000_000 + (10 * shape.MultiplyAccumulates);

    /// <summary>What a right program gives on a layer of the self-test.</summary>
    public static long OfMutationLayer(Conv2dShape shape) => 5_000_000 + (6 * shape.MultiplyAccumulates);
}
