using TileProof.Golden.Generic;
using TileProof.Golden.OnnxRuntime;
using TileProof.Golden.Scalar;
using TileProof.Kernels;
using TileProof.Kernels.Devices;
using TileProof.Kernels.Host;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Comparison;

namespace TileProof.Verification.Fuzzing;

/// <summary>The goldens that fuzz cases are compared with; one thread at a time.</summary>
/// <remarks>
/// Every case has the scalar oracle and the data-parallel kernels on one host thread; convolutions without a tiled kernel the generic operators instead
/// of the oracle. ONNX Runtime, whose graphs are built for each call, and the kernels as ILGPU compiles them take part in some cases.
/// </remarks>
/// <param name="programs">The compiled programs of the campaign; null for none.</param>
internal sealed class FuzzOracles(FuzzPrograms? programs = null) : IDisposable
{
    private static readonly ScalarOracle Scalar = new();
    private static readonly GenericEngine Generic = new();

    /// <summary>ONNX Runtime flushes exponentials below this in a way of its own.</summary>
    private const float SmallestComparedFloat = 1e-35f;

    private readonly DataParallelEngine host = new(new HostExecutor(1));
    private readonly OnnxRuntimeGolden onnxRuntime = new();
    private DataParallelEngine? compiled;

    /// <summary>The compiled programs; null for none.</summary>
    public FuzzCompiled? Compiled { get; } = programs is null ? null : new FuzzCompiled(programs);

    /// <summary>What the output of a call has to be.</summary>
    /// <param name="call">The call.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="derivation">How convolutions derive their integers.</param>
    /// <param name="isTiled">Whether the programs have a kernel of their own for it.</param>
    public static Tensor GoldenOf(OperatorCall call, IReadOnlyList<Tensor> inputs, ParameterDerivation derivation, bool isTiled) =>
        isTiled ? Scalar.Run(call, inputs, derivation) : Generic.Run(call, inputs, derivation);

    /// <summary>The first golden that differs, in one line; null where all agree.</summary>
    /// <param name="call">The call.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="golden">The output that the others have to give.</param>
    /// <param name="derivation">How convolutions derive their integers.</param>
    /// <param name="isTiled">Whether the programs have a kernel of their own for it.</param>
    /// <param name="depth">Which goldens take part.</param>
    /// <param name="reached">Told which goldens took part.</param>
    public string? Disagreement(
        OperatorCall call, Tensor[] inputs, Tensor golden, ParameterDerivation derivation, bool isTiled, FuzzDepth depth, FuzzReach reached)
    {
        string? found = Difference("data-parallel-host", golden, RunOn(host, call, inputs, derivation, isTiled));
        reached.Add(FuzzCoverage.Golden, isTiled ? "scalar oracle" : "generic operators");
        reached.Add(FuzzCoverage.Golden, "data-parallel host");
        if (found is null && depth.HasFlag(FuzzDepth.OnnxRuntime) && isTiled)
        {
            reached.Add(FuzzCoverage.Golden, "onnx runtime");
            Tensor onnx = onnxRuntime.Run(call, inputs, derivation);
            onnxRuntime.ReleaseGraphs();
            found = call switch
            {
                SoftmaxCall => DifferenceInUlp(golden, onnx, Conformance.NetworkGolden.SoftmaxToleranceUlp),

                // Which of two zeros is the larger one is left open, and is not the same in all of its forms.
                MaxPool2dCall when golden.ElementType == ElementType.Float32 => DifferenceInUlp(golden, onnx, 0),
                _ => Difference("onnxruntime", golden, onnx),
            };
        }

        if (found is null && depth.HasFlag(FuzzDepth.Ilgpu))
        {
            reached.Add(FuzzCoverage.Golden, "ilgpu");
            compiled ??= new DataParallelEngine(DeviceCatalog.Open(DeviceChoice.IlgpuCpu));
            found = Difference("data-parallel-ilgpu", golden, RunOn(compiled, call, inputs, derivation, isTiled));
        }

        return found;
    }

    /// <summary>The first byte that differs, in one line; null where none does.</summary>
    public static string? Difference(string name, Tensor expected, Tensor actual) => Difference(name, expected.Bytes, actual.Bytes);

    /// <inheritdoc cref="Difference(string, Tensor, Tensor)"/>
    public static string? Difference(string name, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        int equal = expected.CommonPrefixLength(actual);
        return equal == expected.Length
            ? null
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}: byte {equal} of {expected.Length} is {actual[equal]}, expected {expected[equal]}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        host.Dispose();
        onnxRuntime.Dispose();
        compiled?.Dispose();
        Compiled?.Dispose();
    }

    private static Tensor RunOn(DataParallelEngine engine, OperatorCall call, Tensor[] inputs, ParameterDerivation derivation, bool isTiled) =>
        !isTiled && call is Conv2dCall convolution ? engine.Conv2dGeneric(convolution, inputs[0]) : engine.Run(call, inputs, derivation);

    private static string? DifferenceInUlp(Tensor expected, Tensor actual, long toleranceUlp)
    {
        for (int i = 0; i < expected.Float32.Length; i++)
        {
            long ulp = UlpDistance.Between(expected.Float32[i], actual.Float32[i]);
            if (ulp > toleranceUlp && Math.Abs(expected.Float32[i] - actual.Float32[i]) > SmallestComparedFloat)
            {
                return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"onnxruntime: element {i} is {actual.Float32[i]:R}, expected {expected.Float32[i]:R}: {ulp} ULP");
            }
        }

        return null;
    }
}
