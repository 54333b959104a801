using System.Globalization;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Words;

namespace TileProof.HwModel.Proof;

/// <summary>Proves that a program uses the right bytes for every value of its tensors, whenever its transfers land: by one run on words (see <see cref="RingWords"/>).</summary>
/// <remarks>
/// The list of instructions does not depend on data, so what is shown for random words holds for all bytes, but for a small probability.
/// What the arithmetic makes of an accumulator or of the elements of a window is not looked at here.
/// </remarks>
/// <param name="configuration">The machine.</param>
public sealed class ProgramProver(DspConfiguration configuration)
{
    /// <summary>Interferes with the program, one object a run; null for nothing. What it does to bytes and to arithmetic has no effect here.</summary>
    public Func<MachineInterceptor>? Interceptors { get; init; }

    /// <summary>Whether the data cache counts, at its worst. Without it, cache operations mean nothing.</summary>
    public bool ModelsCache { get; init; } = true;

    /// <summary>Runs the program of a tiled convolution on words.</summary>
    /// <param name="program">The program.</param>
    /// <param name="inputZeroPoint">What padding reads, for the explanation.</param>
    /// <param name="golden">The words that its output must have.</param>
    /// <exception cref="ArgumentException">There are more or fewer words than the program has output bytes, or it is of another operator.</exception>
    public ProgramProof Prove(TileProgram program, sbyte inputZeroPoint, ReadOnlySpan<ulong> golden)
    {
        ArgumentNullException.ThrowIfNull(program);
        Conv2dTilePlan plan = program.Plan.Convolution ?? throw new ArgumentException("The program is of no tiled convolution.", nameof(program));
        TensorShape shape = plan.Shape.OutputShape(golden.Length / plan.Shape.OutputShape().ElementCount);
        return Prove(program, null, golden, (wrong, right, offset) =>
        {
            TensorIndex index = shape.IndexOf(offset);
            string tile = plan is DmaPlan
                ? string.Create(CultureInfo.InvariantCulture, $"c{index.C / plan.ChannelsPerTile} h{index.Y / plan.RowsPerTile}")
                : "";
            string explanation = new WordExplanation(program, index, wrong, right, inputZeroPoint).Explain(look => Open(program, null, look));
            return new WordMismatch(index, tile, explanation);
        });
    }

    /// <summary>Runs the program of any other call on words.</summary>
    /// <param name="program">The program.</param>
    /// <param name="call">The call.</param>
    /// <param name="golden">The words that the bytes of its output must have.</param>
    /// <exception cref="ArgumentException">There are more or fewer words than the program has output bytes.</exception>
    public ProgramProof Prove(TileProgram program, OperatorCall call, ReadOnlySpan<ulong> golden)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(call);
        return Prove(program, call, golden, (wrong, _, offset) =>
        {
            using WordMachine machine = Open(program, call, null);
            machine.Run();
            string name = RingWords.Find(wrong) is var (kind, index) ? WordNames.NameOf(kind, index, machine.Transfers) : "";
            return new WordMismatch(
                call.Output.Shape.IndexOf(offset / call.Output.ElementType.SizeBytes()),
                "",
                name.Length > 0 ? $"holds {name}" : "is made from other elements than the contract names");
        });
    }

    private WordMachine Open(TileProgram program, OperatorCall? call, Action<WordMemory, WordOperands>? computed) =>
        new(program, call, configuration, Interceptors?.Invoke(), ModelsCache) { Computed = computed };

    private ProgramProof Prove(TileProgram program, OperatorCall? call, ReadOnlySpan<ulong> golden, Func<ulong, ulong, int, WordMismatch> explain)
    {
        try
        {
            using WordMachine machine = Open(program, call, null);
            return Compare(machine.Run(), golden, explain);
        }
        catch (HardwareFaultException fault)
        {
            return new ProgramProof(0, 0, null, fault.Message);
        }
    }

    private static ProgramProof Compare(ReadOnlySpan<ulong> words, ReadOnlySpan<ulong> golden, Func<ulong, ulong, int, WordMismatch> explain)
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

        return new ProgramProof(golden.Length, wrong, explain(words[first], golden[first], first), null);
    }
}
