using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Writes the program of a <see cref="FreePlan"/>: loads, waits, kernel calls and stores in order.</summary>
/// <remarks>
/// Every transfer is waited for before its bytes are used or its buffer is used again, and before a channel would hold more descriptors
/// than its ring. Channel 1 carries input tiles; channel 0 carries coefficients, biases, scales and output tiles.
/// </remarks>
internal sealed class FreeTileProgram
{
    private const int LoadChannel = 1;
    private const int StoreChannel = 0;
    private readonly FreePlan plan;
    private readonly TileSchedule schedule;
    private readonly bool usesOutputScales;
    private readonly int ringDepth;
    private readonly List<TileInstruction> program = [];
    private readonly int[] issued = new int[2];
    private readonly int[] outstanding = new int[2];

    // The number of the transfer, on its channel, that last touched each buffer.
    private readonly int[] inputTickets = new int[2];
    private readonly int[] coefficientTickets = new int[2];
    private readonly int[] biasTickets = new int[2];
    private readonly int[] outputTickets = new int[2];
    private readonly bool[] isExtended = new bool[2];
    private TileBufferChoice current;

    private FreeTileProgram(FreePlan plan, bool usesOutputScales, int ringDepth)
    {
        this.plan = plan;
        schedule = plan.Schedule;
        this.usesOutputScales = usesOutputScales;
        this.ringDepth = ringDepth;
    }

    /// <summary>The program of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="usesOutputScales">Whether every output channel has its own scale.</param>
    /// <param name="ringDepth">Descriptors that a channel holds.</param>
    public static IReadOnlyList<TileInstruction> Of(FreePlan plan, bool usesOutputScales, int ringDepth)
    {
        var writer = new FreeTileProgram(plan, usesOutputScales, ringDepth);
        writer.Write();
        return writer.program;
    }

    /// <summary>The kernel calls in order.</summary>
    private IEnumerable<TileStep> Steps()
    {
        bool rowsOuter = schedule.Order == LoopOrder.RowsOuter;
        int outerCount = rowsOuter ? plan.RowTileCount : plan.ChannelTileCount;
        int innerCount = rowsOuter ? plan.ChannelTileCount : plan.RowTileCount;
        for (int outer = 0; outer < outerCount; outer++)
        {
            for (int inner = 0; inner < innerCount; inner++)
            {
                for (int pass = 0; pass < plan.PassCount; pass++)
                {
                    yield return rowsOuter ? new TileStep(inner, outer, pass) : new TileStep(outer, inner, pass);
                }
            }
        }
    }

    private void Write()
    {
        TileStep? previous = null;
        foreach (TileStep step in Steps())
        {
            if (previous is { } done)
            {
                WriteStep(done, step);
            }
            else
            {
                LoadCoefficients(step, 0);
                LoadBiases(step, 0);
                LoadInput(step, 0);
            }

            previous = step;
        }

        WriteStep(previous!.Value, null);
        Await(StoreChannel, issued[StoreChannel]);
    }

    /// <summary>One kernel call, with the loads for the next one around it.</summary>
    private void WriteStep(TileStep step, TileStep? next)
    {
        bool needsInput = next is { } following && !SharesInput(following, step);
        bool needsCoefficients = next is { } && !next.Value.SharesCoefficientsWith(step);
        bool needsBiases = next is { } && !schedule.KeepsAllBiases && next.Value.ChannelTile != step.ChannelTile;
        int nextInput = needsInput && schedule.InputBufferCount == 2 ? 1 - current.Input : current.Input;
        int nextCoefficients = needsCoefficients && schedule.CoefficientBufferCount == 2 ? 1 - current.Coefficients : current.Coefficients;
        int nextBias = needsBiases ? 1 - current.Bias : current.Bias;
        Emit(TileOperation.BeginTile, step, current);
        Await(LoadChannel, inputTickets[current.Input]);
        if (needsInput && schedule.InputBufferCount == 2)
        {
            LoadInput(next!.Value, nextInput);
        }

        ExtendEdgesOnce(step);
        Await(StoreChannel, Math.Max(coefficientTickets[current.Coefficients], biasTickets[current.Bias]));
        if (schedule.CoefficientBufferCount == 2)
        {
            LoadParameters(nextCoefficients);
        }

        bool completes = step.Pass == plan.PassCount - 1;
        if (completes)
        {
            Await(StoreChannel, outputTickets[current.Output]);
        }

        Emit(TileOperation.Compute, step, current);
        if (schedule.CoefficientBufferCount == 1)
        {
            LoadParameters(nextCoefficients);
        }

        if (completes)
        {
            outputTickets[current.Output] = Issue(TileOperation.StoreOutput, StoreChannel, step, current);
        }

        if (needsInput && schedule.InputBufferCount == 1)
        {
            LoadInput(next!.Value, nextInput);
        }

        current = new TileBufferChoice(nextInput, nextCoefficients, nextBias, completes ? 1 - current.Output : current.Output);

        void LoadParameters(int coefficientBuffer)
        {
            if (needsCoefficients)
            {
                LoadCoefficients(next!.Value, coefficientBuffer);
            }

            if (needsBiases)
            {
                LoadBiases(next!.Value, nextBias);
            }
        }
    }

    /// <summary>Whether two steps read the same input tile: where there are groups, output channels decide which input channels that are.</summary>
    private bool SharesInput(TileStep left, TileStep right) => left.SharesInputWith(right) && (plan.Shape.Groups == 1 || left.ChannelTile == right.ChannelTile);

    private void LoadInput(TileStep step, int buffer)
    {
        // A tile that lies in the padding as a whole loads nothing; its edges are still written.
        if (InputWindow.Of(plan, step.RowTile).RowCount > 0)
        {
            inputTickets[buffer] = Issue(TileOperation.LoadInput, LoadChannel, step, current with { Input = buffer });
        }

        isExtended[buffer] = false;
    }

    private void LoadCoefficients(TileStep step, int buffer) =>
        coefficientTickets[buffer] = Issue(TileOperation.LoadCoefficients, StoreChannel, step, current with { Coefficients = buffer });

    private void LoadBiases(TileStep step, int buffer)
    {
        biasTickets[buffer] = Issue(TileOperation.LoadBiases, StoreChannel, step, current with { Bias = buffer });
        if (usesOutputScales)
        {
            biasTickets[buffer] = Issue(TileOperation.LoadOutputScales, StoreChannel, step, current with { Bias = buffer });
        }
    }

    private void ExtendEdgesOnce(TileStep step)
    {
        if (plan.Shape.IsPadded && !isExtended[current.Input])
        {
            Emit(TileOperation.ExtendEdges, step, current);
            isExtended[current.Input] = true;
        }
    }

    private int Issue(TileOperation operation, int channel, TileStep step, TileBufferChoice buffers)
    {
        if (outstanding[channel] == ringDepth)
        {
            Await(channel, issued[channel] - ringDepth + 1);
        }

        program.Add(new TileInstruction(operation, step, buffers, channel, 0));
        outstanding[channel]++;
        return ++issued[channel];
    }

    private void Await(int channel, int ticket)
    {
        int allowed = issued[channel] - ticket;
        if (outstanding[channel] > allowed)
        {
            program.Add(new TileInstruction(TileOperation.Wait, default, default, channel, allowed));
            outstanding[channel] = allowed;
        }
    }

    private void Emit(TileOperation operation, TileStep step, TileBufferChoice buffers) =>
        program.Add(new TileInstruction(operation, step, buffers, 0, 0));
}
