using System.Globalization;
using TileProof.Golden.Import;
using TileProof.HwModel.Device;
using TileProof.Verification.Conformance;
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

        foreach (DeviceFinding finding in findings.All)
        {
            output.WriteLine(finding.ToString());
        }

        if (options.SarifFile is { } sarif)
        {
            AtomicFile.WriteText(sarif, SarifReport.Write(findings.All));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(findings.All.Count == 0 ? "no hazard" : "NOT proven")}: {program.Layer}, {program.Instructions.Length:N0} recorded instructions, {findings.All.Count} hazards at lines; not covered: its bytes, which a recorded program does not hold"));
        return findings.All.Count == 0 ? ExitCode.Proven : ExitCode.NotProven;
    }
}
