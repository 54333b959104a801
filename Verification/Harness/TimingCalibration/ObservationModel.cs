using System.Runtime.CompilerServices;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.TimingCalibration;

/// <summary>What the cost model says about an observed call, without the prints of the run.</summary>
public static class ObservationModel
{
    private static readonly ProgramLibrary Library = ProgramLibrary.Assumed(ProgramAssumptions.Measured);

    /// <summary>A fit prices the same programs thousands of times.</summary>
    private static readonly ConditionalWeakTable<CycleObservation, TileProgram> Programs = [];

    /// <summary>Modelled cycles; not rounded.</summary>
    public static double Predict(CycleObservation observation, CostCoefficients coefficients) => Play(observation, coefficients).NowCycles;

    /// <summary>The timeline of an observed call.</summary>
    /// <param name="observation">The call.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="countTerms">Whether the timeline keeps the counts of the coefficients.</param>
    public static EventTimeline Play(CycleObservation observation, CostCoefficients coefficients, bool countTerms = false)
    {
        ArgumentNullException.ThrowIfNull(observation);
        TileProgram program = observation.Own?.Program ?? Programs.GetValue(observation, ProgramOf);
        int ringDepth = observation.Own?.RingDepth ?? MachineOf(observation).RingDepth;
        return ProgramPricer.Price(observation.Kind, program, new KernelCosts(coefficients, observation.Mode) { CountsTerms = countTerms, IsOfEarlierBuild = !observation.IsOfLaterBuild }, ringDepth).Timeline;
    }

    /// <summary>The machine of an observed call; where it uses no banks, they do not matter.</summary>
    private static DspConfiguration MachineOf(CycleObservation observation)
    {
        int bankBytes = observation.Kind == OperatorKind.MaxPool2d || observation.BankBytes == 0 ? PublishedCycles.FinalBankBytes : observation.BankBytes;
        return DspConfiguration.FromBankBytes(bankBytes, bankBytes);
    }

    private static TileProgram ProgramOf(CycleObservation observation)
    {
        DspConfiguration machine = MachineOf(observation);
        if (observation.Plan is { } plan)
        {
            return Library.Write(ConvolutionRequest.ToPrice(plan, batch: 1, hasOutputScales: false, machine));
        }

        bool usesBanks = observation.Kind == OperatorKind.MaxPool2d || observation.BankBytes > 0;
        return Library.Write(new CallRequest(CallOf(observation), machine, usesBanks ? OperatorRouting.Published : OperatorRouting.Direct));
    }

    /// <summary>A call of the operator over as many elements as the log counts: the output's, but the input's of the only pooling of both networks.</summary>
    private static OperatorCall CallOf(CycleObservation observation)
    {
        int count = observation.ElementCount;
        TensorInfo floats = Value("x", ElementType.Float32, count);
        TensorInfo levels = Value("q", ElementType.Int8, count);
        return observation.Kind switch
        {
            OperatorKind.MaxPool2d => new MaxPool2dCall
            {
                Index = 0, Name = "", Inputs = [Value("x", ElementType.Float32, 64, 32)], Output = Value("y", ElementType.Float32, 64, 16), Shape = MaxPool2dShape.Create(64, 32, 32, 3, 3, 2, 1),
            },
            OperatorKind.Mean => new MeanCall { Index = 0, Name = "", Inputs = [Value("x", ElementType.Float32, count, 2)], Output = floats with { Name = "y" } },
            OperatorKind.QuantizedLinear => new QuantizedLinearCall
            {
                Index = 0,
                Name = "",
                Inputs = [Value("x", ElementType.Int8, observation.InputFeatures)],
                Output = levels,
                Weights = new sbyte[observation.InputFeatures * count],
                WeightScale = 1,
                Bias = new int[count],
                OutputMultiplier = 1,
                OutputShift = 0,
            },
            OperatorKind.QuantizePerTensor => new QuantizePerTensorCall { Index = 0, Name = "", Inputs = [floats], Output = levels },
            OperatorKind.DequantizePerTensor => new DequantizePerTensorCall { Index = 0, Name = "", Inputs = [levels], Output = floats },
            OperatorKind.QuantizedRelu => new QuantizedReluCall { Index = 0, Name = "", Inputs = [levels], Output = levels with { Name = "y" }, OutputMultiplier = 1, OutputShift = 0 },
            OperatorKind.Add => new AddCall { Index = 0, Name = "", Inputs = [floats, floats with { Name = "z" }], Output = floats with { Name = "y" } },
            _ => throw new ArgumentOutOfRangeException(nameof(observation), observation.Kind, "The published runs have no such operator."),
        };
    }

    private static TensorInfo Value(string name, ElementType type, int channels, int extent = 1) =>
        new(name, TensorShape.FromNchw(1, channels, extent, extent), type, type == ElementType.Int8 ? QuantizationParameters.FromScale(1, 0) : null);
}
