using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Conformance;
using TileProof.Verification.Options;

namespace TileProof.Verification.Proof;

/// <summary>All that the program of a call depends on. Calls with the same share one proof.</summary>
/// <remarks>
/// The input zero point is no part of it: a program uses it as the constant of its fills only, and neither the program nor the golden
/// looks at its value, so that a proof for one holds for every other. Nor are scales, biases, shifts and multipliers: no program holds them.
/// </remarks>
public sealed record ProofSubject
{
    /// <summary>What is proven: the operator, its layer key and the shapes of its values.</summary>
    public required string Layer { get; init; }

    /// <summary>The plan of a tiled convolution; null for everything else.</summary>
    public Conv2dTilePlan? Plan { get; init; }

    /// <summary>How other operators choose their path.</summary>
    public OperatorRouting Routing { get; init; }

    /// <summary>The version of the programs.</summary>
    public required string Programs { get; init; }

    /// <summary>The machine; for a tiled convolution with banks as small as its buffers allow, so that larger ones share the proof.</summary>
    public required DspConfiguration Machine { get; init; }

    /// <summary>Whether every output channel of a convolution has a scale of its own.</summary>
    public bool HasOutputScales { get; init; }

    /// <summary>Whether the driver corrects the output of a convolution after the kernel.</summary>
    public bool CorrectsResiduals { get; init; }

    /// <summary>Whether the kernels take the shifts of a convolution; else the published programs compute nothing.</summary>
    public bool HasUsableShifts { get; init; }

    /// <summary>Words that are compared, one an output byte.</summary>
    public required int WordCount { get; init; }

    /// <summary>Products in the sum of an output element; 1 where nothing is summed.</summary>
    public required int ProductCount { get; init; }

    /// <summary>What the program of a call depends on; null for calls that have none.</summary>
    public static ProofSubject? Of(GoldenCall golden, BankSetting bank, VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(golden);
        ArgumentNullException.ThrowIfNull(options);
        OperatorCall call = golden.Call;
        if (call is OnnxFallbackCall)
        {
            return null;
        }

        DspConfiguration machine = CaseMatrix.ConfigurationFor(bank, options.Programs);
        var subject = new ProofSubject
        {
            Layer = $"{ChoiceList.NameOf(call.Kind)} {call.LayerKey}: {string.Join(", ", call.Inputs.Select(static value => value.Shape))} -> {call.Output.Shape}",
            Programs = options.Programs.Name,
            Routing = CaseMatrix.RoutingFor(bank),
            Machine = machine,
            WordCount = call.Output.LengthBytes,
            ProductCount = call switch
            {
                Conv2dCall convolution => convolution.Shape.WeightsPerOutChannel,
                QuantizedLinearCall linear => linear.InputFeatures,
                _ => 1,
            },
        };
        return call is Conv2dCall tiled && options.Programs.Tiles(tiled.Shape) && golden.Requantization is { } requantization
            ? subject.Tiled(CaseMatrix.PlanFor(tiled.Shape, bank, options.PlansFor(bank)), requantization)
            : call is Conv2dCall generic ? subject with { Layer = $"{subject.Layer}, {generic.Shape}" } : subject;
    }

    /// <summary>The program of a call of this subject.</summary>
    public TileProgram Write(GoldenCall golden)
    {
        ArgumentNullException.ThrowIfNull(golden);
        ProgramLibrary library = ProgramChoice.Parse(Programs);
        return Plan is null
            ? library.Write(new CallRequest(golden.Call, Machine, Routing))
            : library.Write(new ConvolutionRequest(Plan, golden.Call.Input.Shape.Batch, golden.Requantization!, Machine) { CorrectsResiduals = CorrectsResiduals });
    }

    private ProofSubject Tiled(Conv2dTilePlan plan, Requantization requantization) => this with
    {
        Plan = plan,
        Routing = default,
        HasOutputScales = requantization.IsPerChannel,
        CorrectsResiduals = requantization.HasPostCorrection,
        HasUsableShifts = requantization is { AccumulatorShift: >= 0 and < 24, OutputShift: >= 0 and < 32 },
        Machine = Shrink(Machine, plan.Buffers(requantization.IsPerChannel)),
    };

    private static DspConfiguration Shrink(DspConfiguration machine, IEnumerable<PlannedBuffer> buffers)
    {
        long[] neededBytes = [.. machine.Banks.Select(static _ => (long)DspConfiguration.MinimumBankBytes)];
        foreach (IGrouping<int, PlannedBuffer> bank in buffers.GroupBy(static buffer => buffer.Bank))
        {
            neededBytes[bank.Key] = Math.Max(neededBytes[bank.Key], bank.Sum(static buffer => buffer.LengthBytes));
        }

        // What does not fit stays as it is: the program then leaves its bank, as it does there.
        return neededBytes.Zip(machine.Banks).All(static pair => pair.First <= pair.Second)
            ? machine.WithBanks(BankBytes.Of(neededBytes.Select(static bytes => (int)bytes)))
            : machine;
    }
}
