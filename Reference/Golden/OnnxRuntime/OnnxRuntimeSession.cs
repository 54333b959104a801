using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TileProof.Golden.Onnx;

namespace TileProof.Golden.OnnxRuntime;

/// <summary>One ONNX model loaded into ONNX Runtime's CPU provider with every setting that can move a result pinned.</summary>
/// <remarks>
/// <c>session.x64quantprecision=1</c>, set unless asked otherwise, keeps the 8-bit matrix kernels from saturating pair sums to 16 bits on AVX2.
/// Nodes run one after another. Thread count and optimization level are part of <see cref="Settings"/>, because float sums
/// may be split differently under them; integer graphs give the same bytes under all.
/// </remarks>
public sealed class OnnxRuntimeSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();

    /// <summary>Loads a model.</summary>
    /// <param name="model">The model file's bytes.</param>
    /// <param name="threadCount">Threads inside one node, 1 or more.</param>
    /// <param name="optimization">How far the graph may be rewritten.</param>
    /// <param name="isExact">Whether 8-bit products are exact on every CPU; false for ONNX Runtime's own default.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime rejects the model.</exception>
    public OnnxRuntimeSession(byte[] model, int threadCount = 1, OnnxRuntimeOptimization optimization = OnnxRuntimeOptimization.All, bool isExact = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(threadCount, 1);
        using var options = new SessionOptions
        {
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = optimization == OnnxRuntimeOptimization.All
                ? GraphOptimizationLevel.ORT_ENABLE_ALL
                : GraphOptimizationLevel.ORT_DISABLE_ALL,
            InterOpNumThreads = 1,
            IntraOpNumThreads = threadCount,
            // What goes wrong comes as an exception; the library would also print it.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.x64quantprecision", isExact ? "1" : "0");
        options.AddSessionConfigEntry("session.use_deterministic_compute", "1");
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        session = new InferenceSession(model, options);
        Settings = SettingsFor(threadCount, optimization, isExact);
    }

    /// <summary>The version that the native library states, <c>major.minor.patch</c>.</summary>
    public static string LibraryVersion => OrtEnv.Instance().GetVersionString();

    /// <summary>Version and settings, one line for reports.</summary>
    public string Settings { get; }

    /// <summary>The line that a session with these options has as <see cref="Settings"/>.</summary>
    public static string SettingsFor(int threadCount = 1, OnnxRuntimeOptimization optimization = OnnxRuntimeOptimization.All, bool isExact = true) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"ONNX Runtime {LibraryVersion}, CPU provider, {threadCount} thread(s), sequential execution, graph optimization {optimization}, session.x64quantprecision={(isExact ? 1 : 0)}, session.use_deterministic_compute=1");

    /// <summary>Runs the model once.</summary>
    /// <param name="outputNames">The graph outputs wanted.</param>
    /// <param name="inputs">One tensor per graph input.</param>
    /// <returns>The outputs in the order of <paramref name="outputNames"/>, as copies.</returns>
    /// <exception cref="OnnxRuntimeException">An input is missing or has the wrong type or shape, or a node fails.</exception>
    public IReadOnlyList<OnnxTensor> Run(IReadOnlyList<string> outputNames, params IReadOnlyList<OnnxTensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(outputNames);
        ArgumentNullException.ThrowIfNull(inputs);
        var values = new List<OrtValue>(inputs.Count);
        try
        {
            foreach (OnnxTensor input in inputs)
            {
                values.Add(ToOrtValue(input));
            }

            string[] inputNames = [.. inputs.Select(input => input.Name)];
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(runOptions, inputNames, values, outputNames);
            return [.. outputNames.Select((name, index) => FromOrtValue(name, results[index]))];
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        runOptions.Dispose();
        session.Dispose();
    }

    private static OrtValue ToOrtValue(OnnxTensor tensor) => tensor.ElementType switch
    {
        OnnxElementType.Float32 => ToOrtValue<float>(tensor),
        OnnxElementType.UInt8 => ToOrtValue<byte>(tensor),
        OnnxElementType.Int8 => ToOrtValue<sbyte>(tensor),
        OnnxElementType.Int32 => ToOrtValue<int>(tensor),
        OnnxElementType.Int64 => ToOrtValue<long>(tensor),
        OnnxElementType.Float64 => ToOrtValue<double>(tensor),
        _ => throw new NotSupportedException($"The input '{tensor.Name}' has the element type {tensor.ElementType}."),
    };

    private static OrtValue ToOrtValue<T>(OnnxTensor tensor)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(tensor.ElementArray<T>(), tensor.Dimensions.ToArray());

    private static OnnxTensor FromOrtValue(string name, OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        return info.ElementDataType switch
        {
            TensorElementType.Float => OnnxTensor.Create(name, value.GetTensorDataAsSpan<float>(), info.Shape),
            TensorElementType.UInt8 => OnnxTensor.Create(name, value.GetTensorDataAsSpan<byte>(), info.Shape),
            TensorElementType.Int8 => OnnxTensor.Create(name, value.GetTensorDataAsSpan<sbyte>(), info.Shape),
            TensorElementType.Int32 => OnnxTensor.Create(name, value.GetTensorDataAsSpan<int>(), info.Shape),
            TensorElementType.Int64 => OnnxTensor.Create(name, value.GetTensorDataAsSpan<long>(), info.Shape),
            TensorElementType.Double => OnnxTensor.Create(name, value.GetTensorDataAsSpan<double>(), info.Shape),
            _ => throw new NotSupportedException($"The output '{name}' has the element type {info.ElementDataType}."),
        };
    }
}
