using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.Operators;

namespace TileProof.Verification.Proof;

/// <summary>All that the program of a convolution call depends on. Calls with the same share one proof.</summary>
/// <remarks>
/// The input zero point is no part of it: a program uses it as the constant of its fills only, and neither the program nor the golden
/// looks at its value, so that a proof for one holds for every other. Nor are biases, shifts and multipliers: no program holds them.
/// </remarks>
public sealed record ProofSubject
{
    /// <summary>Tiles or the cache path, with the geometry.</summary>
    public required Conv2dTilePlan Plan { get; init; }

    /// <summary>N, images.</summary>
    public required int Batch { get; init; }

    /// <summary>Whether every output channel has a scale of its own.</summary>
    public required bool HasOutputScales { get; init; }

    /// <summary>Whether the driver corrects the output after the kernel.</summary>
    public required bool CorrectsResiduals { get; init; }

    /// <summary>Whether the kernels take the shifts; else the published programs compute nothing.</summary>
    public required bool HasUsableShifts { get; init; }

    /// <summary>The machine, with banks as small as the program's buffers allow, so that larger ones share the proof.</summary>
    public required DspConfiguration Machine { get; init; }

    /// <summary>Output elements.</summary>
    public int WordCount => Plan.Shape.OutputShape(Batch).ElementCount;

    /// <summary>Products that the golden sums.</summary>
    public long ProductCount => Plan.Shape.MultiplyAccumulates * Batch;

    /// <summary>What the program of a call depends on; null for calls whose operator no prover covers.</summary>
    public static ProofSubject? Of(GoldenCall golden, BankSetting bank, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(golden);
        ArgumentNullException.ThrowIfNull(options);
        return golden.Call is Conv2dCall convolution && golden.Requantization is { } requantization && ConvolutionKernel.Supports(convolution.Shape)
            ? Of(CaseMatrix.PlanFor(convolution.Shape, bank, options.PlansFor(bank)), convolution.Input.Shape.Batch, requantization, CaseMatrix.ConfigurationFor(bank, options.Variant))
            : null;
    }

    /// <summary>What the program of a plan depends on.</summary>
    public static ProofSubject Of(Conv2dTilePlan plan, int batch, Requantization requantization, DspConfiguration machine)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(requantization);
        ArgumentNullException.ThrowIfNull(machine);
        return new ProofSubject
        {
            Plan = plan,
            Batch = batch,
            HasOutputScales = requantization.IsPerChannel,
            CorrectsResiduals = requantization.HasPostCorrection,
            HasUsableShifts = requantization is { AccumulatorShift: >= 0 and < 24, OutputShift: >= 0 and < 32 },
            Machine = Shrink(machine, plan.Buffers(requantization.IsPerChannel)),
        };
    }

    /// <summary>The program.</summary>
    /// <param name="requantization">The integers of a call of this subject.</param>
    public TileProgram Write(Requantization requantization) => ProgramLibrary.Of(Machine.KernelVariant)
        .Write(new ConvolutionRequest(Plan, Batch, requantization, Machine) { CorrectsResiduals = CorrectsResiduals });

    private static DspConfiguration Shrink(DspConfiguration machine, IEnumerable<PlannedBuffer> buffers)
    {
        long[] neededBytes = [DspConfiguration.MinimumBankBytes, DspConfiguration.MinimumBankBytes];
        foreach (IGrouping<int, PlannedBuffer> bank in buffers.GroupBy(static buffer => buffer.Bank))
        {
            neededBytes[bank.Key] = Math.Max(neededBytes[bank.Key], bank.Sum(static buffer => buffer.LengthBytes));
        }

        // What does not fit stays as it is: the program then leaves its bank, as it does there.
        return neededBytes[0] <= machine.Dram0Bytes && neededBytes[1] <= machine.Dram1Bytes
            ? machine.WithBankBytes((int)neededBytes[0], (int)neededBytes[1])
            : machine;
    }
}
