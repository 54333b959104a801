using TileProof.Kernels.Constants;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Kernels;

/// <summary>The kernel constants of one call, made at first use.</summary>
internal sealed class PreparedConstants
{
    private readonly Dictionary<ParameterDerivation, Conv2dInt8Constants> convolutions = [];
    private QuantizedLinearConstants? linear;

    public Conv2dInt8Constants Convolution(Conv2dCall call, ParameterDerivation derivation)
    {
        if (!convolutions.TryGetValue(derivation, out Conv2dInt8Constants? constants))
        {
            constants = new Conv2dInt8Constants(call.Shape, call.Weights, call.Requantize(derivation));
            convolutions.Add(derivation, constants);
        }

        return constants;
    }

    public QuantizedLinearConstants Linear(QuantizedLinearCall call) => linear ??= CallParameters.Linear(call);
}
