using System.Globalization;
using TileProof.HwModel.Machine;
using TileProof.Tests.Support;
using TileProof.Verification.Fuzzing;

namespace TileProof.Tests.Fuzzing;

/// <summary>A campaign holds what its case needs, not what its cases before needed.</summary>
/// <param name="output">Told what is held.</param>
[Collection(Alone.Name)]
public sealed class CampaignMemoryTests(Xunit.Abstractions.ITestOutputHelper output) : IDisposable
{
    private const long GrowthBytes = 4 << 20;
    private static readonly int[] Cases = [2000, 5000, 8000];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What lives on the heap of the process after more and more cases, when all that nobody holds is gone.</summary>
    [SkippableFact]
    public void Campaign_MoreCases_HoldsNoMore()
    {
        SlowTests.SkipUnlessAsked();
        var held = new List<long>();
        Func<MachineInterceptor>? Measure(FuzzCase one)
        {
            if (held.Count < Cases.Length && one.Index >= Cases[held.Count])
            {
                held.Add(GC.GetTotalMemory(forceFullCollection: true));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{one.Index} cases: {held[^1]} bytes"));
            }

            return null;
        }

        var options = new FuzzOptions { Seed = 33, Cases = Cases[^1] + 100, ThreadCount = 1, OutputFolder = folder["campaign"] };
        Assert.Equal(0, FuzzRun.Execute(options, Measure, new RecordedProgress(), TextWriter.Null, CancellationToken.None));
        Assert.Equal(Cases.Length, held.Count);
        Assert.InRange(held[^1] - held[0], long.MinValue, GrowthBytes);
    }
}
