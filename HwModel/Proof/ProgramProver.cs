using System.Globalization;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;

namespace TileProof.HwModel.Proof;

/// <summary>Proves that a program uses the right bytes for every value of its tensors, whenever its transfers land: by one run on words (see <see cref="Operators.Words.RingWords"/>).</summary>
/// <remarks>
/// The list of instructions does not depend on data, so what is shown for random words holds for all bytes, but for a small probability.
/// What the arithmetic makes of an accumulator is not looked at here.
/// </remarks>
/// <param name="configuration">The machine.</param>
public sealed class ProgramProver(DspConfiguration configuration)
{
    /// <summary>Interferes with the program, one object a run; null for nothing. What it does to bytes and to arithmetic has no effect here.</summary>
    public Func<MachineInterceptor>? Interceptors { get; init; }

    /// <summary>Whether the data cache counts, at its worst. Without it, cache operations mean nothing.</summary>
    public bool ModelsCache { get; init; } = true;

    /// <summary>Whether a wrong program runs once more, to find out what it uses instead of what.</summary>
    public bool Explains { get; init; } = true;

    /// <summary>Runs a program on words.</summary>
    /// <param name="program">The program of a convolution call.</param>
    /// <param name="inputZeroPoint">What padding reads, for the explanation.</param>
    /// <param name="golden">The words that its output must have.</param>
    /// <exception cref="ArgumentException">There are more or fewer words than the program has outputs.</exception>
    public ProgramProof Prove(TileProgram program, sbyte inputZeroPoint, ReadOnlySpan<ulong> golden)
    {
        ArgumentNullException.ThrowIfNull(program);
        try
        {
            using WordMachine machine = Open(program, null);
            return Compare(program, inputZeroPoint, machine.Run(), golden);
        }
        catch (HardwareFaultException fault)
        {
            return new ProgramProof(0, 0, null, fault.Message);
        }
    }

    private static TensorIndex IndexOf(Conv2dShape shape, int offset)
    {
        (int row, int x) = Math.DivRem(offset, shape.OutWidth);
        (int plane, int y) = Math.DivRem(row, shape.OutHeight);
        (int n, int c) = Math.DivRem(plane, shape.OutChannels);
        return new TensorIndex(n, c, y, x);
    }

    private static string TileOf(Conv2dTilePlan plan, TensorIndex index) => plan.Mode == ExecutionMode.Dma
        ? string.Create(CultureInfo.InvariantCulture, $"c{index.C / plan.ChannelsPerTile} h{index.Y / plan.RowsPerTile}")
        : "";

    private WordMachine Open(TileProgram program, Action<WordMemory, WordOperands>? computed) =>
        new(program, configuration, Interceptors?.Invoke(), ModelsCache) { Computed = computed };

    private ProgramProof Compare(TileProgram program, sbyte inputZeroPoint, ReadOnlySpan<ulong> words, ReadOnlySpan<ulong> golden)
    {
        if (words.Length != golden.Length)
        {
            throw new ArgumentException($"The program has {words.Length} outputs, not {golden.Length}.", nameof(golden));
        }

        int first = words.CommonPrefixLength(golden);
        if (first == golden.Length)
        {
            return new ProgramProof(golden.Length, 0, null, null);
        }

        int wrong = 0;
        for (int i = first; i < words.Length; i++)
        {
            wrong += words[i] == golden[i] ? 0 : 1;
        }

        TensorIndex index = IndexOf(program.Plan.Shape, first);
        string explanation = Explains
            ? new WordExplanation(program, index, words[first], golden[first], inputZeroPoint).Explain(look => Open(program, look))
            : "";
        return new ProgramProof(golden.Length, wrong, new WordMismatch(index, TileOf(program.Plan, index), explanation), null);
    }
}
