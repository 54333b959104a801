namespace TileProof.Verification;

/// <summary>The conformance run: every case of the matrix, compared bit for bit.</summary>
public static class ConformanceRun
{
    /// <summary>Runs the cases, writes the reports and returns the exit code (see <see cref="ExitCode"/>).</summary>
    /// <param name="options">What to run.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="output">Receives the summary for people.</param>
    /// <param name="cancellation">Stops the run between cases.</param>
    /// <exception cref="UserInputException">An option names something that does not exist, or the output folder is not writable.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static int Execute(VerifyOptions options, IProgressReporter progress, TextWriter output, CancellationToken cancellation) =>
        throw new NotSupportedException("The conformance run is not built in yet.");
}
