using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Operators;

/// <summary>Something that computes operator calls: a golden engine, the data-parallel kernels, or the simulated DSP.</summary>
/// <remarks>Engines share this type and never each other's arithmetic.</remarks>
public interface IOperatorEngine
{
    /// <summary>A short stable name for reports, such as <c>onnxruntime</c> or <c>scalar-oracle</c>.</summary>
    string Name { get; }

    /// <summary>Version and settings that determine the result, for reports; never a path or a host.</summary>
    string Description { get; }

    /// <summary>Computes one call.</summary>
    /// <param name="call">The operator, its parameters and the shapes of its values.</param>
    /// <param name="inputs">One tensor per <see cref="OperatorCall.Inputs"/>, with that shape and type.</param>
    /// <param name="derivation">How a convolution derives its requantization integers; other operators ignore it.</param>
    /// <returns>A new tensor of the shape and type of <see cref="OperatorCall.Output"/>.</returns>
    /// <exception cref="ArgumentException">The inputs do not match the call.</exception>
    /// <exception cref="NotSupportedException">The engine has no implementation for this call; the message says which part.</exception>
    Tensor Run(OperatorCall call, IReadOnlyList<Tensor> inputs, ParameterDerivation derivation);
}
