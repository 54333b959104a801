using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Verification.TimingCalibration;

/// <summary>What the cost model says about an observed call, without the prints of the run.</summary>
public static class ObservationModel
{
    private const int RingDepth = 2;
    private static readonly MaxPoolTilePlan PooledImage = MaxPoolTilePlanner.PlanAsPublished(
        MaxPool2dShape.Create(64, 32, 32, 3, 3, 2, 1), PublishedCycles.FinalBankBytes, PublishedCycles.FinalBankBytes);

    /// <summary>Modelled cycles; not rounded.</summary>
    public static double Predict(CycleObservation observation, CostCoefficients coefficients) => Play(observation, coefficients).NowCycles;

    /// <summary>The timeline of an observed call.</summary>
    public static EventTimeline Play(CycleObservation observation, CostCoefficients coefficients)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var timeline = new EventTimeline(RingDepth);
        MachineMode mode = observation.Mode;
        switch (observation.Kind)
        {
            case OperatorKind.Conv2d:
                ConvolutionProgram.Play(observation.Plan!, new ConvolutionCosts(coefficients, mode), timeline);
                break;
            case OperatorKind.MaxPool2d:
                // The only pooling of both networks; the log counts the elements of its input.
                MaxPoolProgram.Play(PooledImage, coefficients, mode, timeline);
                break;
            case OperatorKind.Mean:
                SmallOperatorProgram.PlayMean(observation.ElementCount, observation.BankBytes, coefficients, mode, timeline);
                break;
            case OperatorKind.QuantizedLinear:
                const int InFeatures = 512;
                SmallOperatorProgram.PlayLinear(InFeatures, observation.ElementCount, observation.BankBytes, coefficients, mode, timeline);
                break;
            default:
                ElementwiseProgram.Play(observation.Kind, observation.ElementCount, observation.BankBytes, coefficients, mode, timeline);
                break;
        }

        return timeline;
    }
}
