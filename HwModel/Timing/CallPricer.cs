using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Timing;

/// <summary>Prices the calls of a network that runs in one way: networks repeat their convolutions, and those of one geometry have one price.</summary>
/// <param name="setting">Where and how.</param>
/// <param name="coefficients">The costs of the machine.</param>
/// <param name="countTerms">Whether timelines keep the counts of the coefficients.</param>
public sealed class CallPricer(CallSetting setting, CostCoefficients coefficients, bool countTerms = false)
{
    private readonly Dictionary<(Conv2dShape Shape, int Batch, bool HasOutputScales), ProgramPricer?> convolutions = [];

    /// <summary>The price of a call, which nobody may go on with; null where the model does not cover it.</summary>
    /// <inheritdoc cref="CyclePredictor.Predict"/>
    public ProgramPricer? Price(OperatorCall call)
    {
        if (call is not Conv2dCall convolution)
        {
            return Predict(call);
        }

        (Conv2dShape Shape, int Batch, bool HasOutputScales) key = (convolution.Shape, call.Input.Shape.Batch, convolution.WeightScales.Length > 1);
        if (!convolutions.TryGetValue(key, out ProgramPricer? price))
        {
            price = Predict(call);
            convolutions.Add(key, price);
        }

        return price;
    }

    private ProgramPricer? Predict(OperatorCall call) => CyclePredictor.Predict(call, setting, coefficients, countTerms: countTerms);
}
