using TileProof.Verification.Files;

namespace TileProof.Verification.Differences;

/// <summary><c>tileproof diff</c>: what two runs differ in, and whether the new one is for the worse.</summary>
public static class DiffRun
{
    /// <summary>Runs the command.</summary>
    /// <param name="options">The folders, the form and the limits.</param>
    /// <param name="output">Receives the differences where no file is named.</param>
    /// <returns><see cref="ExitCode.NotProven"/> where something that was proven is not any more, a rule is broken that was not, less ran, or a limit is passed.</returns>
    /// <exception cref="UserInputException">A folder is no report folder, or the file cannot be written.</exception>
    public static int Execute(DiffOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        var differences = RunDifferences.Between(RecordedRun.Read(options.OldFolder), RecordedRun.Read(options.NewFolder));
        IReadOnlyList<string> failures = options.Limits.Judge(differences);
        string text = DifferenceReport.Write(differences, failures, options.Format);
        if (options.OutputFile is { } file)
        {
            AtomicFile.WriteText(file, text);
        }
        else
        {
            output.Write(text);
        }

        return failures.Count == 0 ? ExitCode.Proven : ExitCode.NotProven;
    }
}
