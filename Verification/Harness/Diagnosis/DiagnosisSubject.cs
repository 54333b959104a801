using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Conformance;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;
using TileProof.Verification.Vectors;

namespace TileProof.Verification.Diagnosis;

/// <summary>The convolution that a device got wrong: operands, integers, tiles and machine.</summary>
public sealed record DiagnosisSubject
{
    /// <summary>The layer, for people.</summary>
    public required string Name { get; init; }

    /// <summary>Operands and the right integers.</summary>
    public required ConvolutionCase Case { get; init; }

    /// <summary>Tiles or the cache path.</summary>
    public required Conv2dTilePlan Plan { get; init; }

    /// <summary>The machine; it goes on after accesses out of bounds.</summary>
    public required DspConfiguration Machine { get; init; }

    /// <summary>The version of the programs that the device is believed to run.</summary>
    public required ProgramLibrary Programs { get; init; }

    /// <summary>One int32 per output channel, in units of the accumulator.</summary>
    public required int[] Bias { get; init; }

    /// <summary>The scales from accumulator to output levels, one or one per output channel.</summary>
    public required float[] EffectiveScales { get; init; }

    /// <summary>Scale and zero point of the output levels.</summary>
    public required QuantizationParameters OutputQuantization { get; init; }

    /// <summary>How <see cref="ConvolutionCase.Requantization"/> was derived.</summary>
    public required ParameterDerivation Derivation { get; init; }

    /// <summary>A convolution call of a network on one input.</summary>
    /// <exception cref="UserInputException">It is none, or no tiled kernel computes it.</exception>
    public static DiagnosisSubject Of(OperatorCall call, Tensor input, BankSetting bank, ProgramLibrary programs, ParameterDerivation derivation)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(programs);
        if (call is not Conv2dCall convolution || !programs.Tiles(convolution.Shape))
        {
            throw new UserInputException($"{call.Name} ({call.LayerKey}) is no convolution that the {programs} programs compute in tiles; diagnose replays those only");
        }

        return new DiagnosisSubject
        {
            Name = call.Name,
            Case = new ConvolutionCase(convolution.Shape, input.Shape.Batch, input.Int8.ToArray(), convolution.Weights, convolution.Requantize(derivation)),
            Plan = CaseMatrix.PlanFor(convolution.Shape, bank),
            Machine = MachineOf(bank),
            Programs = programs,
            Bias = convolution.Bias,
            EffectiveScales = Array.ConvertAll(convolution.BiasScales, scale => RequantizationDeriver.EffectiveScale(scale, call.Output.RequiredQuantization.Scale)),
            OutputQuantization = call.Output.RequiredQuantization,
            Derivation = derivation,
        };
    }

    /// <summary>A recorded layer.</summary>
    /// <exception cref="UserInputException">No tiled kernel computes it.</exception>
    public static DiagnosisSubject Of(LayerVector vector, BankSetting bank, Conv2dTilePlan plan, ProgramLibrary programs)
    {
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(programs);
        VectorRun.RequireKernel(vector);
        return new DiagnosisSubject
        {
            Name = vector.Name,
            Case = new ConvolutionCase(vector.Shape, 1, vector.Input, vector.Weights, VectorRun.RequantizationOf(vector)),
            Plan = plan,
            Machine = MachineOf(bank),
            Programs = programs,
            Bias = vector.Bias,
            EffectiveScales = [RequantizationDeriver.EffectiveScale(vector.BiasScale, vector.OutputQuantization.Scale)],
            OutputQuantization = vector.OutputQuantization,
            Derivation = ParameterDerivation.WorstCase,
        };
    }

    /// <summary>The integers with other biases and zero points; shifts and multipliers stay as they are.</summary>
    internal Requantization WithDerived(int[] bias, int foldedInputZeroPoint, int outputZeroPoint)
    {
        Requantization derived = RequantizationDeriver.Derive(Case.Shape, Case.Weights, bias, EffectiveScales, foldedInputZeroPoint, outputZeroPoint, Derivation);
        return Case.Requantization with { KernelBias = derived.KernelBias, PostCorrection = derived.PostCorrection };
    }

    /// <summary>The integers of the other published derivation.</summary>
    internal Requantization OtherDerivation() => RequantizationDeriver.Derive(
        Case.Shape,
        Case.Weights,
        Bias,
        EffectiveScales,
        Case.Requantization.InputZeroPoint,
        OutputQuantization.ZeroPoint,
        Derivation == ParameterDerivation.L1Norm ? ParameterDerivation.WorstCase : ParameterDerivation.L1Norm);

    private static DspConfiguration MachineOf(BankSetting bank) => CaseMatrix.ConfigurationFor(bank) with { OutOfBounds = OutOfBoundsBehavior.Continue };
}
