using TileProof.Tests.Support;
using TileProof.Verification.Options;
using TileProof.Verification.Vectors;

namespace TileProof.Tests.Conformance;

/// <summary>The six layers that the vendor's simulator ran: every byte, at every bank size, under every landing policy, by every engine.</summary>
public sealed class PublishedVectorTests
{
    private const int OutputBytesOfAllLayers = 104_448;

    [SkippableFact]
    public void Run_SixPublishedLayers_EveryEngineEqualsTheDevice()
    {
        string? shared = RepositoryPaths.SharedFolder;
        Skip.If(shared is null, "the published vectors are not there");
        IReadOnlyList<string> folders = VectorFolder.FindLayers(Path.Combine(shared, "published", "iss_layers"));
        Assert.Equal(6, folders.Count);

        VectorRow[] rows = [.. folders.SelectMany(folder => VectorRun.Run(LayerVectorReader.Read(folder), new VerifyOptions(), CancellationToken.None).Rows)];

        Assert.All(rows, static row => Assert.Equal((0, 0, ""), (row.DifferingBytes, row.Hazards, row.Fault)));
        var perRun = rows.GroupBy(static row => (row.Engine, row.Bank, row.Landing)).ToList();
        Assert.Equal((7 * 3) + 3, perRun.Count);
        Assert.All(perRun, static run => Assert.Equal(OutputBytesOfAllLayers, run.Sum(static row => row.BytesCompared)));
    }
}
