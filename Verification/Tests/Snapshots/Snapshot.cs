using System.Runtime.CompilerServices;
using TileProof.Tests.Support;

namespace TileProof.Tests.Snapshots;

/// <summary>Compares text with a reviewed file beside the test, with the file conventions of the Verify package.</summary>
/// <remarks>
/// The reviewed file is <c>Type.Method.verified.txt</c>, where the type is the name of the source file. On a difference, or when there is no
/// reviewed file, the text is written to <c>Type.Method.received.txt</c> and the test fails; renaming that file accepts it.
/// Line ends are LF in both.
/// </remarks>
internal static class Snapshot
{
    /// <summary>Set while mutants are tried, which leave nothing behind in the sources.</summary>
    private const string MutantVariable = "TILEPROOF_MUTANT";

    private const string TestsFolder = "Verification/Tests/";

    /// <summary>Compares <paramref name="actual"/> with the reviewed file of the calling test.</summary>
    /// <param name="actual">The text; CR LF counts as LF.</param>
    /// <param name="parameters">Tells the rows of a theory apart, such as <c>bank=4k</c>; becomes <c>Type.Method_bank=4k</c>.</param>
    /// <param name="sourceFilePath">Supplied by the compiler.</param>
    /// <param name="memberName">Supplied by the compiler.</param>
    /// <exception cref="SnapshotException">The text differs from the reviewed file, or there is none.</exception>
    public static void Verify(string actual, string? parameters = null, [CallerFilePath] string sourceFilePath = "", [CallerMemberName] string memberName = "")
    {
        string sourcePath = SourcePath(sourceFilePath, RepositoryPaths.RepositoryRoot);
        string suffix = parameters is null ? "" : "_" + parameters;
        string name = $"{Path.GetFileNameWithoutExtension(sourcePath)}.{memberName}{suffix}";
        VerifyFile(actual, Path.Combine(Path.GetDirectoryName(sourcePath)!, name));
    }

    /// <summary>Compares with <c>{pathWithoutEnding}.verified.txt</c>.</summary>
    internal static void VerifyFile(string actual, string pathWithoutEnding)
    {
        string verifiedPath = pathWithoutEnding + ".verified.txt";
        string receivedPath = pathWithoutEnding + ".received.txt";
        string received = WithLineFeeds(actual);
        string? verified = File.Exists(verifiedPath) ? WithLineFeeds(File.ReadAllText(verifiedPath)) : null;
        if (received == verified)
        {
            File.Delete(receivedPath);
            return;
        }

        if (Environment.GetEnvironmentVariable(MutantVariable) is null)
        {
            File.WriteAllText(receivedPath, received);
        }

        string problem = verified is null
            ? $"There is no {Path.GetFileName(verifiedPath)} yet."
            : $"The text differs from {Path.GetFileName(verifiedPath)}:\n{TextDifference.Describe(verified, received)}";
        throw new SnapshotException($"{problem}\nRead {Path.GetFileName(receivedPath)} beside the test; to accept it, rename it to {Path.GetFileName(verifiedPath)}.");
    }

    /// <summary>Where a source file of the tests lies now: the compiler's path may be of another machine, or mapped for determinism.</summary>
    internal static string SourcePath(string compilerPath, string repositoryRoot)
    {
        string path = compilerPath.Replace('\\', '/');
        int start = path.LastIndexOf(TestsFolder, StringComparison.Ordinal);
        return start < 0
            ? throw new ArgumentException($"'{compilerPath}' is not below {TestsFolder}.", nameof(compilerPath))
            : Path.Combine(repositoryRoot, path[start..]);
    }

    private static string WithLineFeeds(string text) => text.ReplaceLineEndings("\n");
}
