using System.Text.Json.Nodes;
using TileProof.Verification.Files;

namespace TileProof.Verification.Fuzzing;

/// <summary><c>tileproof verify --case</c>: judges the case of a file with every golden.</summary>
public static class FuzzReplay
{
    /// <summary>Judges the case and says what it shows.</summary>
    /// <param name="path">The file of the case.</param>
    /// <param name="programsFile">A program in C that the case is also run with; null for none.</param>
    /// <param name="cacheFolder">Where it is kept compiled; null to keep nothing.</param>
    /// <param name="printsJson">Whether to print JSON.</param>
    /// <param name="output">Receives the result.</param>
    /// <returns>The exit code (see <see cref="ExitCode"/>).</returns>
    /// <exception cref="Vectors.FixtureException">The file holds no case.</exception>
    public static int Execute(string path, string? programsFile, string? cacheFolder, bool printsJson, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        FuzzCase one = FuzzCaseFile.Read(path);
        using FuzzPrograms? programs = FuzzPrograms.Open(programsFile is null ? [] : [FuzzProgram.Read(programsFile)], cacheFolder);
        using var oracles = new FuzzOracles(programs);
        FuzzFinding? finding = new FuzzCheck(oracles).Judge(one, FuzzDepth.All).Finding;
        if (printsJson)
        {
            JsonTable.Write(output, new JsonObject { ["proven"] = finding is null, ["case"] = one.ToString(), ["kind"] = finding?.Kind.ToString(), ["detail"] = finding?.Detail });
        }
        else
        {
            output.WriteLine(one);
            output.WriteLine(finding is null ? "nothing is wrong with this case" : $"{finding.Kind}: {finding.Detail}");
        }

        return finding is null ? ExitCode.Proven : ExitCode.NotProven;
    }
}
