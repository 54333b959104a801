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
        return TryWrite(call, setting) is { } program && ProgramPricer.Covers(program)
            ? ProgramPricer.Price(call.Kind, program, new KernelCosts(coefficients, setting.Mode, setting.Assumptions) { CountsTerms = countTerms }, setting.Machine.RingDepth, recordSpans)
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

    private static TileProgram? ProgramOf(OperatorCall call, CallSetting setting) => call switch
    {
        Conv2dCall convolution => ConvolutionKernel.Supports(convolution.Shape)
            ? setting.Programs.Write(ConvolutionRequest.ToPrice(
                setting.PlanOf(convolution.Shape), call.Input.Shape.Batch, convolution.WeightScales.Length > 1, setting.Machine))
            : null,
        OnnxFallbackCall => null,
        _ => setting.Programs.Write(new CallRequest(call, setting.Machine, setting.UsesBanks ? OperatorRouting.Published : OperatorRouting.Direct)),
    };
}
