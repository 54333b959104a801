using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Cycles;
using TileProof.Verification.DeviceLog;
using TileProof.Verification.Diagnosis;
using TileProof.Verification.Files;
using TileProof.Verification.Options;
using TileProof.Verification.Vectors;

namespace TileProof.Verification;

/// <summary><c>tileproof diagnose</c>: which known defect made a device's output wrong.</summary>
public static class DiagnoseRun
{
    private const int DefaultNearestCount = 3;

    /// <summary>Replays known defects and prints those that give the device's bytes.</summary>
    /// <param name="options">The layer and the device's output.</param>
    /// <param name="output">Receives the report.</param>
    /// <param name="cancellation">Stops the search between replays.</param>
    /// <returns>An exit code of <see cref="ExitCode"/>: a wrong output is one, explained or not.</returns>
    /// <exception cref="UserInputException">The layer does not exist or is no tiled convolution, or options contradict each other.</exception>
    /// <exception cref="FixtureException">The device's output cannot be used.</exception>
    public static int Execute(DiagnoseOptions options, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        if ((options.Network is null) == (options.VectorsFolder is null))
        {
            throw new UserInputException("diagnose takes --networks with --layers, or --vectors");
        }

        (DiagnosisSubject subject, DeviceValues device) = options.VectorsFolder is { } folder ? OfRecordedLayer(options, folder) : OfCall(options, options.Network!);
        DiagnosisResult result = Diagnoser.Diagnose(subject, device, options.NearestCount ?? DefaultNearestCount, options.NearestCount is not null, cancellation);
        if (options.PrintsJson)
        {
            JsonTable.Write(output, JsonTable.Of([result])[0]!.DeepClone());
        }
        else
        {
            output.Write(result.Describe());
        }

        return result.ExitCode;
    }

    private static (DiagnosisSubject Subject, DeviceValues Device) OfCall(DiagnoseOptions options, string network)
    {
        string layer = options.Layer ?? throw new UserInputException("diagnose takes the call as --layers");
        string file = options.ActualFile ?? throw new UserInputException("diagnose takes the device's output as --actual");
        DeviceOutputFile.RequireReadable(file);
        NetworkSource source = NetworkSource.Load(network, new VerifyOptions { InputData = options.InputData });
        OperatorCall call = TraceRun.Select(source.Network, layer);
        IReadOnlyDictionary<TensorInfo, Tensor> values = GoldenValues.Of(source, options.Derivation, call.Index);
        var subject = DiagnosisSubject.Of(call, values[call.Inputs[0]], options.Bank, options.Programs, options.Derivation);
        return (subject, DeviceOutputFile.Read(file, call.Output.Shape, subject.OutputQuantization, log => DeviceOutputFile.DumpOf(log, source.Network, call)));
    }

    private static (DiagnosisSubject Subject, DeviceValues Device) OfRecordedLayer(DiagnoseOptions options, string folder)
    {
        if (options.InputData is not null)
        {
            throw new UserInputException("--input-data has no effect with --vectors, whose layers hold their input; leave it out");
        }

        LayerVector[] vectors = VectorRun.Read(folder);
        LayerVector[] named = options.Layer is { } layer ? [.. vectors.Where(vector => vector.Name == layer || vector.Shape.ConfigKey == layer)] : vectors;
        LayerVector one = named.Length == 1
            ? named[0]
            : throw new UserInputException($"{(options.Layer is { } text ? $"'{text}' names {named.Length}" : $"there are {named.Length}")} recorded layers in '{folder}'; diagnose takes one as --layers: {string.Join(", ", vectors.Select(static vector => vector.Name))}");
        var subject = DiagnosisSubject.Of(one, options.Bank, CaseMatrix.PlanFor(one.Shape, options.Bank), options.Programs);
        return (subject, options.ActualFile is { } file
            ? DeviceOutputFile.Read(file, one.Shape.OutputShape(), subject.OutputQuantization, log => log.Dumps.FirstOrDefault(dump => dump.Count == one.ExpectedOptimized.Length))
            : DeviceValues.Of(one.ExpectedOptimized));
    }
}
