using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using TileProof.HwModel.Programs;
using TileProof.Tests.Conformance;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Caching;
using TileProof.Verification.Conformance;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Tests.Caching;

/// <summary>Predicted cycles and pages that are kept: what is read back is what was made, under a key of everything that decides it.</summary>
public sealed class CachedReportsTests : IDisposable
{
    private static readonly NetworkSource Source = new(SampleNetwork.Create(), null, 5) { Recipe = "recipe" };

    private readonly TemporaryFolder folder = new();
    private readonly ResultCache cache;
    private int made;

    public CachedReportsTests() => cache = ResultCache.Open(folder.FullPath, new RecordedProgress())!;

    /// <summary>Every member of a row with a value of its own, and those that may be empty both with and without one.</summary>
    [Fact]
    public void Cycles_EveryMember_ComesBack()
    {
        NetworkCycles cycles = SampleReports.Of(SoundOutcome.Value).Cycles[0];
        CycleRow[] rows = [.. cycles.Rows];
        for (int i = 0; i < 3; i++)
        {
            rows[i * (rows.Length - 1) / 2] = Row(i);
        }

        cycles = cycles with { Rows = rows };
        using var content = new MemoryStream();
        CachedCycles.Write(content, cycles);
        content.Position = 0;
        NetworkCycles read = CachedCycles.Read(content, Source, cycles.Banks);
        Assert.Equal(cycles.Rows, read.Rows);
        Assert.Equal(cycles.Totals.OrderBy(static total => $"{total.Key}"), read.Totals.OrderBy(static total => $"{total.Key}"));
        Assert.Equal(cycles.Ranking.Select(Text), read.Ranking.Select(Text));
        Assert.Equal((cycles.Network, cycles.CallCount, cycles.RankedBank), (read.Network, read.CallCount, read.RankedBank));
        Assert.NotEmpty(read.Ranking);
        Assert.NotNull(read.RankedBank);

        static string Text(WhatIfResult result) => $"{string.Join(' ', result.Changes.Select(static change => change.Name))} {result.BaselineCycles:R} {result.ChangedCycles:R}";

        CycleRow Row(int number)
        {
            CycleRow row = rows[0] with { };
            foreach ((int index, PropertyInfo property) in typeof(CycleRow).GetProperties().Where(static property => property.Name != nameof(CycleRow.Network)).Index())
            {
                int value = (100 * number) + index;
                Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                property.SetValue(row, type != property.PropertyType && (index + number) % 2 == 0 ? null : type == typeof(string) ? $"text {value}" : Convert.ChangeType(value * 1.0, type, null));
            }

            return row;
        }
    }

    [Fact]
    public void Cycles_SameKey_ArePredictedOnce()
    {
        NetworkCycles cycles = SampleReports.Of(SoundOutcome.Value).Cycles[0];
        VerifyOptions options = SoundOutcome.Options;
        Assert.Equal(cycles.Rows, Find(cache, Source, options).Rows);
        Assert.Equal(cycles.Rows, Find(cache, Source, options with { Derivation = TileProof.Operators.Requantizing.ParameterDerivation.WorstCase, OutputFolder = "elsewhere" }).Rows);
        Assert.Equal(1, made);
        Find(cache, Source with { Recipe = "other" }, options);
        Find(cache, Source with { Recipe = null }, options);
        Find(cache, Source with { Network = Source.Network.WithName("other") }, options);
        Find(cache, Source, options with { Banks = [.. options.Banks.Reverse()] });
        Find(cache, Source, options with { Programs = ProgramLibrary.Published });
        Assert.Equal(6, made);
        Find(null, Source, options);
        Assert.Equal(7, made);

        NetworkCycles Find(ResultCache? found, NetworkSource source, VerifyOptions changed) => CachedCycles.FindOrPredict(found, source, changed, () => Made(cycles));
    }

    /// <summary>A page differs by how much was kept, and by nothing else.</summary>
    [Fact]
    public void Page_OfAProvenRun_IsWrittenOnceAndSaysHowMuchWasKept()
    {
        ConformanceReports reports = SampleReports.Of(SoundOutcome.Value);
        ConformanceOutcome kept = SoundOutcome.Value with { Cases = [.. SoundOutcome.Value.Cases.Select(static result => result with { IsKept = true })] };
        Assert.NotEqual(SoundOutcome.Value.Verdict.Extent, kept.Verdict.Extent);
        Assert.Equal(PageOf(SoundOutcome.Value), Find(cache, [Source], reports));
        Assert.Equal(PageOf(kept), Find(cache, [Source], reports with { Outcome = kept }));
        Assert.Equal(PageOf(SoundOutcome.Value), Find(cache, [Source], reports));
        Assert.Equal(1, made);
    }

    [Fact]
    public void Page_AnotherKey_IsWrittenAnew()
    {
        ConformanceReports reports = SampleReports.Of(SoundOutcome.Value);
        Find(cache, [Source], reports);
        Find(cache, [Source with { Recipe = "other" }], reports);
        Find(cache, [Source with { ImageSeed = 6 }], reports);
        Find(cache, [Source, Source], reports);
        Find(cache, [Source], reports with { Versions = "other" });
        Find(cache, [Source], reports with { Settings = "other" });
        Find(cache, [Source], reports with { Engines = "other" });
        Find(cache, [Source], reports with { Outcome = reports.Outcome with { Options = SoundOutcome.Options with { ProvesEveryInput = false } } });
        Assert.Equal(8, made);
        Find(null, [Source], reports);
        Assert.Equal(9, made);
    }

    /// <summary>What failed is shown as it is now, and what no short recipe describes is drawn again.</summary>
    [Theory]
    [InlineData(Place.First)]
    [InlineData(Place.Middle)]
    [InlineData(Place.Last)]
    public void Page_NotProvenOrWithoutARecipe_IsNeverKept(Place place)
    {
        int wrong = SoundOutcome.At(place, SoundOutcome.Value.Cases.Count);
        ConformanceReports failed = SampleReports.Of(SoundOutcome.Value with
        {
            Cases = [.. SoundOutcome.Value.Cases.Select((result, index) => index == wrong ? result with { Fault = "boom" } : result)],
        });
        Find(cache, [Source], failed);
        Find(cache, [Source], failed);
        Find(cache, [Source with { Recipe = null }], SampleReports.Of(SoundOutcome.Value));
        Find(cache, [Source with { Recipe = null }], SampleReports.Of(SoundOutcome.Value));
        Assert.Equal(4, made);
    }

    /// <summary>What is damaged counts as absent: made anew, kept, and found the next time.</summary>
    [Theory]
    [MemberData(nameof(Damages))]
    public void Cycles_DamagedFile_ArePredictedAgain(string damage)
    {
        NetworkCycles fresh = SampleReports.Of(SoundOutcome.Value).Cycles[0];
        NetworkCycles old = fresh with { Rows = [.. fresh.Rows.Skip(1)] };
        Assert.Equal(old.Rows, Find(old).Rows);
        Damage(damage, "cycles-");
        Assert.Equal(fresh.Rows, Find(fresh).Rows);
        Assert.Equal(fresh.Rows, Find(old).Rows);
        Assert.Equal(2, made);

        NetworkCycles Find(NetworkCycles predicted) => CachedCycles.FindOrPredict(cache, Source, SoundOutcome.Options, () => Made(predicted));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Page_DamagedFile_IsWrittenAgain(string damage)
    {
        ConformanceReports reports = SampleReports.Of(SoundOutcome.Value);
        Assert.Equal("old", Find("old"));
        Damage(damage, "page-");
        Assert.Equal("fresh", Find("fresh"));
        Assert.Equal("fresh", Find("old"));
        Assert.Equal(2, made);

        string Find(string page) => CachedPage.FindOrWrite(cache, [Source], reports, () => Made(page));
    }

    /// <summary>A file stands where the folder was: nothing can be read or written there.</summary>
    [Fact]
    public void Both_FolderThatIsGone_AreMadeEveryTime()
    {
        string parent = Path.GetDirectoryName(FileOf(""))!;
        Directory.Delete(parent, recursive: true);
        File.WriteAllText(parent, "");
        ConformanceReports reports = SampleReports.Of(SoundOutcome.Value);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(PageOf(SoundOutcome.Value), Find(cache, [Source], reports));
            Assert.Equal(reports.Cycles[0].Rows, CachedCycles.FindOrPredict(cache, Source, SoundOutcome.Options, () => Made(reports.Cycles[0])).Rows);
        }

        Assert.Equal(4, made);
    }

    public static TheoryData<string> Damages => ["first", "middle", "last", "cut", "empty", "longer", "half written", "other version"];

    public void Dispose() => folder.Dispose();

    private string FileOf(string kind) => Directory.EnumerateFiles(folder.FullPath, $"*{kind}*", SearchOption.AllDirectories).Single();

    private void Damage(string damage, string kind)
    {
        string path = FileOf(kind);
        byte[] bytes = File.ReadAllBytes(path);
        int head = CacheFolder.FirstBytes.Length + SHA256.HashSizeInBytes;
        File.WriteAllBytes(path, damage switch
        {
            "first" => Flipped(head),
            "middle" => Flipped((head + bytes.Length) / 2),
            "last" => Flipped(bytes.Length - 1),
            "cut" => bytes[..^1],
            "empty" => [],
            "longer" => [.. bytes, 0],
            "half written" => [.. bytes[..CacheFolder.FirstBytes.Length], .. new byte[SHA256.HashSizeInBytes], .. bytes[head..((head + bytes.Length) / 2)]],
            _ => [.. bytes[..CacheFolder.FirstBytes.Length], .. ChecksumOf("other"), .. bytes[head..]],
        });
        if (damage == "other version")
        {
            // The checksum is made as the cache makes it: of this build it is that of the file.
            Assert.Equal(bytes[CacheFolder.FirstBytes.Length..head], ChecksumOf(ResultCache.Build));
        }

        byte[] Flipped(int position)
        {
            byte[] damaged = [.. bytes];
            damaged[position] ^= 1;
            return damaged;
        }

        byte[] ChecksumOf(string build)
        {
            string name = Path.GetFileNameWithoutExtension(path);
            return SHA256.HashData([.. Encoding.UTF8.GetBytes($"{build} {name[name.IndexOf(kind, StringComparison.Ordinal)..]}\n"), .. bytes[head..]]);
        }
    }

    private static string PageOf(ConformanceOutcome outcome) => $"<p>{outcome.Verdict.Extent}</p>\n<title>{outcome.Verdict.Extent}</title>";

    private string Find(ResultCache? found, NetworkSource[] sources, ConformanceReports reports) => CachedPage.FindOrWrite(found, sources, reports, () => Made(PageOf(reports.Outcome)));

    private T Made<T>(T value)
    {
        made++;
        return value;
    }
}
