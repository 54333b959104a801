using System.Globalization;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Verification.Files;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;

namespace TileProof.Verification.OwnCalibration;

/// <summary><c>tileproof calibrate --logs</c>: fits the costs of a user's own machine to its logs, and writes them as a set that a machine file names.</summary>
public static class OwnCalibrationRun
{
    /// <summary>Runs the command.</summary>
    /// <param name="options">Logs, machine and the file to write.</param>
    /// <param name="output">Receives the report.</param>
    /// <param name="cancellation">Stops between the fits.</param>
    /// <returns>An exit code of <see cref="ExitCode"/>.</returns>
    /// <exception cref="UserInputException">The logs do not tell the costs, or the file cannot be written.</exception>
    /// <exception cref="Vectors.FixtureException">A log cannot be read, or a line stands for no call.</exception>
    public static int Execute(OwnCalibrationOptions options, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        if (options.OutputFile is { } place)
        {
            AtomicFile.RequirePlace(place);
        }

        var networks = new Dictionary<string, Network>(StringComparer.Ordinal);
        MeasuredCalls measured = MeasuredCalls.Read(options, NetworkOf);
        OwnFit fit = Fit(measured, options, cancellation);
        if (options.OutputFile is { } file)
        {
            AtomicFile.WriteText(file, TextOf(fit, options));
        }

        if (options.PrintsJson)
        {
            JsonTable.Write(output, OwnCalibrationReport.JsonOf(fit, measured, options));
            return ExitCode.Proven;
        }

        OwnCalibrationReport.Write(fit, measured, options, output);
        output.WriteLine(options.OutputFile is null
            ? "no file written"
            : $"wrote {options.OutputFile}; name it in the machine file, beside which it lies: \"costs\": \"{Path.GetFileName(options.OutputFile)}\"");
        return ExitCode.Proven;

        Network NetworkOf(string name)
        {
            if (!networks.TryGetValue(name, out Network? network))
            {
                network = NetworkSource.Load(name, new VerifyOptions()).Network;
                networks.Add(name, network);
            }

            return network;
        }
    }

    /// <summary>Fits the costs of the machine; one with costs of its own begins at the published ones.</summary>
    public static OwnFit Fit(MeasuredCalls measured, OwnCalibrationOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(options);
        DescribedMachine machine = options.Machine with { OwnCosts = null };
        return OwnFit.Of(
            measured.Observations,
            options.Mode,
            machine.CoefficientsFrom(CostCoefficients.Calibrated),
            [.. CycleUncertainty.Calibrated.Replicates.Select(machine.CoefficientsFrom)],
            cancellation);
    }

    /// <summary>The text of the set.</summary>
    public static string TextOf(OwnFit fit, OwnCalibrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(options);
        return CostSet.Write(
            options.Name,
            options.Mode,
            options.Machine,
            string.Create(CultureInfo.InvariantCulture, $"tileproof calibrate --logs, {fit.Fit.Stage.Observations.Count} calls of {string.Join(", ", options.Logs.Select(Path.GetFileName))}"),
            fit.Fit.Parameters.Select(static parameter => parameter.Name),
            fit.Fit.Coefficients,
            fit.Uncertainty);
    }
}
