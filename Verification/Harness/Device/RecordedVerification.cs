using System.Globalization;
using System.Text.Json.Nodes;
using TileProof.Golden.Import;
using TileProof.HwModel.Device;
using TileProof.Verification.Conformance;
using TileProof.Verification.ContinuousIntegration;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary>Judges a recorded program by the hazard rules; its bytes are not computed again.</summary>
internal static class RecordedVerification
{
    private const int MaximumBytes = 256 * 1024 * 1024;

    /// <summary>Reads a recorded program.</summary>
    /// <exception cref="UserInputException">The file cannot be read or is not understood.</exception>
    public static RecordedProgram Read(string path)
    {
        try
        {
            return RecordedProgramFile.Read(InputFile.ReadText(path, MaximumBytes));
        }
        catch (FormatException exception)
        {
            throw new UserInputException($"{path}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"cannot read '{path}': {FileProblem.Describe(exception)}", exception);
        }
    }

    /// <summary>Judges the program of <see cref="VerifyOptions.ProgramsFile"/> at the banks of the options.</summary>
    public static int Execute(VerifyOptions options, TextWriter output)
    {
        RecordedProgram program = Read(options.ProgramsFile!);
        var findings = new DeviceFindings();
        foreach (BankSetting bank in options.Banks.Where(static bank => !bank.CacheOnly))
        {
            foreach (DeviceFinding finding in DeviceCaseRun.Describe(program, RecordedCheck.Check(program, CaseMatrix.ConfigurationFor(bank)), $"{program.Layer} at banks {bank}"))
            {
                findings.Add(finding);
            }
        }

        if (options.SarifFile is { } sarif)
        {
            AtomicFile.WriteText(sarif, SarifReport.Write(findings.All));
        }

        string verdict = string.Create(
            CultureInfo.InvariantCulture,
            $"{(findings.All.Count == 0 ? "no hazard" : "NOT proven")}: {program.Layer}, {Counted.InThousands(program.Instructions.Length, "recorded instructions")}, {Counted.Of(findings.All.Count, "hazards")} at lines; not covered: its bytes, which a recorded program does not hold");
        if (options.JUnitFile is { } junit)
        {
            AtomicFile.WriteText(junit, JUnitReport.Write([($"{Path.GetFileName(options.ProgramsFile)}", program.Layer, findings.All.Count == 0 ? null : findings.All[0].ToString())]));
        }

        if (options.PrintsJson)
        {
            JsonTable.Write(output, new JsonObject { ["program"] = program.Layer, ["proven"] = findings.All.Count == 0, ["verdict"] = verdict, ["findings"] = DeviceReport.JsonOf(findings.All) });
        }
        else
        {
            foreach (DeviceFinding finding in findings.All)
            {
                output.WriteLine(finding.ToString());
            }

            output.WriteLine(verdict);
        }

        return findings.All.Count == 0 ? ExitCode.Proven : ExitCode.NotProven;
    }
}
