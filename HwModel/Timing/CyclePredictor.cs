using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Programs.Convolution;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>Predicts the cycles of operator calls from their programs, without running them.</summary>
public static class CyclePredictor
{
    /// <summary>The price of a call; null where the model does not cover the path (see <see cref="ProgramPricer.Covers(TileProgram)"/>) or the machine cannot run it at all.</summary>
    /// <param name="call">The call.</param>
    /// <param name="setting">Where and how.</param>
    /// <param name="coefficients">The costs of the machine.</param>
    /// <param name="recordSpans">Whether the timeline keeps its spans.</param>
    /// <param name="countTerms">Whether the timeline keeps the counts of the coefficients.</param>
    public static ProgramPricer? Predict(OperatorCall call, CallSetting setting, CostCoefficients coefficients, bool recordSpans = false, bool countTerms = false)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(setting);
        var costs = new KernelCosts(coefficients, setting.Mode, setting.Assumptions) { CountsTerms = countTerms };
        if (call is Conv2dCall convolution && ConvolutionKernel.Supports(convolution.Shape))
        {
            return PriceAsWritten(convolution, setting, costs, recordSpans);
        }

        return TryWrite(call, setting) is { } program && ProgramPricer.Covers(program)
            ? ProgramPricer.Price(call.Kind, program, costs, setting.Machine.RingDepth, recordSpans)
            : null;
    }

    /// <summary>The program of a call; null where there is none, or the machine cannot run it at all.</summary>
    /// <param name="call">The call.</param>
    /// <param name="setting">Where and how.</param>
    public static TileProgram? TryWrite(OperatorCall call, CallSetting setting)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(setting);
        try
        {
            return ProgramOf(call, setting);
        }
        catch (HardwareFaultException)
        {
            return null;
        }
    }

    /// <summary>The model has a cost of every instruction of a convolution with a kernel, the longest programs: no list of them is needed.</summary>
    private static ProgramPricer? PriceAsWritten(Conv2dCall call, CallSetting setting, KernelCosts costs, bool recordSpans)
    {
        try
        {
            return ProgramPricer.Price(setting.Programs, RequestOf(call, setting), costs, recordSpans);
        }
        catch (HardwareFaultException)
        {
            return null;
        }
    }

    private static ConvolutionRequest RequestOf(Conv2dCall call, CallSetting setting) =>
        ConvolutionRequest.ToPrice(setting.PlanOf(call.Shape), call.Input.Shape.Batch, call.WeightScales.Length > 1, setting.Machine);

    private static TileProgram? ProgramOf(OperatorCall call, CallSetting setting) => call switch
    {
        Conv2dCall convolution => ConvolutionKernel.Supports(convolution.Shape)
            ? setting.Programs.Write(RequestOf(convolution, setting))
            : null,
        OnnxFallbackCall => null,
        _ => setting.Programs.Write(new CallRequest(call, setting.Machine, setting.UsesBanks ? OperatorRouting.Published : OperatorRouting.Direct)),
    };
}
