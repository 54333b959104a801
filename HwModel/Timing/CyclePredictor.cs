using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>Predicts the cycles of operator calls from their geometry, without running them.</summary>
public static class CyclePredictor
{
    private const int RingDepth = 2;

    /// <summary>The tile plan that a convolution runs with.</summary>
    public static Conv2dTilePlan PlanOf(Conv2dShape shape, CallSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (setting.Banks is not { } banks)
        {
            return Conv2dTilePlanner.PlanCacheMode(shape);
        }

        int bankCount = setting.Assumptions.BankCount;
        if (bankCount == 2)
        {
            return setting.Plans.PlanOf(shape, banks);
        }

        int[] bytes = bankCount == 1 ? [checked((int)banks.Banks.TotalBytes)] : [.. Enumerable.Repeat(banks.Banks.Min(), bankCount)];
        return ConvolutionKernel.IsPublished(shape)
            ? Conv2dTilePlanner.TryPlanTiles(shape, BankBytes.Of(bytes)) ?? Conv2dTilePlanner.PlanCacheMode(shape)
            : WindowTilePlanner.Plan(shape, banks.WithBanks(BankBytes.Of(bytes)));
    }

    /// <summary>The timeline of a call; null where the model does not cover the path: the generic convolution, pooling without banks, and means of other than 2x2 positions.</summary>
    /// <param name="call">The call.</param>
    /// <param name="setting">Where and how.</param>
    /// <param name="coefficients">The costs.</param>
    /// <param name="recordSpans">Whether the timeline keeps its spans.</param>
    public static EventTimeline? Predict(OperatorCall call, CallSetting setting, CostCoefficients coefficients, bool recordSpans = false)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(setting);
        ArgumentNullException.ThrowIfNull(coefficients);
        CostCoefficients costs = WithFasterDma(coefficients, setting);
        var timeline = new EventTimeline(RingDepth, recordSpans);
        bool isCorrected = setting.Assumptions.InvalidatesOutputFirst;
        int bankBytes = setting.Banks is { } banks ? Math.Min(banks.Ping.Bytes, banks.Pong.Bytes) : 0;
        switch (call)
        {
            case Conv2dCall convolution when setting.Programs.Tiles(convolution.Shape):
                ConvolutionProgram.Play(
                    PlanOf(convolution.Shape, setting), new ConvolutionCosts(costs, setting.Mode, setting.Assumptions), timeline, call.Input.Shape.Batch, convolution.WeightScales.Length > 1);
                return timeline;
            case MaxPool2dCall pool when setting.Banks is { } poolBanks && MaxPoolTilePlanner.TryPlan(pool.Shape, poolBanks) is { } plan:
                MaxPoolProgram.Play(plan, costs, setting.Mode, timeline, call.Input.Shape.Batch, isCorrected);
                return timeline;
            case MeanCall when call.Input.Shape is { Height: 2, Width: 2 }:
                SmallOperatorProgram.PlayMean(call.Input.Shape.Channels, bankBytes, costs, setting.Mode, timeline, call.Input.Shape.Batch, isCorrected);
                return timeline;
            case QuantizedLinearCall linear:
                int rows = call.Input.Shape.Batch;
                bool usesDma = rows == 1 && linear.InputFeatures >= SmallOperatorProgram.SmallestDmaInputs;
                SmallOperatorProgram.PlayLinear(linear.InputFeatures, linear.OutputFeatures, usesDma ? bankBytes : 0, costs, setting.Mode, timeline, rows);
                return timeline;
            case SoftmaxCall:
                SmallOperatorProgram.PlaySoftmax(call.Output.Shape.Batch, call.Output.Shape.ImageElementCount, costs, setting.Mode, timeline, isCorrected);
                return timeline;
            case QuantizePerTensorCall or DequantizePerTensorCall or QuantizedReluCall or AddCall:
                ElementwiseProgram.Play(call.Kind, call.Output.Shape.ElementCount, bankBytes, costs, setting.Mode, timeline, isCorrected);
                return timeline;
            default:
                return null;
        }
    }

    private static CostCoefficients WithFasterDma(CostCoefficients coefficients, CallSetting setting)
    {
        double factor = setting.Assumptions.DmaSpeedFactor;
        return factor == 1
            ? coefficients
            : coefficients
                .With(setting.Mode, MemoryTerm.DmaByte, coefficients[setting.Mode, MemoryTerm.DmaByte] / factor)
                .With(setting.Mode, MemoryTerm.DmaLatency, coefficients[setting.Mode, MemoryTerm.DmaLatency] / factor);
    }
}
