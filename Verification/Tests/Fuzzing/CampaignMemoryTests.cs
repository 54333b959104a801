using System.Collections;
using System.Reflection;
using TileProof.HwModel.Proof;
using TileProof.HwModel.Timing;
using TileProof.Tests.Cli;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Fuzzing;

namespace TileProof.Tests.Fuzzing;

/// <summary>A campaign of any length runs in the memory of a short one.</summary>
[Collection(Alone.Name)]
public sealed class CampaignMemoryTests : IDisposable
{
    /// <summary>About twice what the largest cases need on two threads.</summary>
    private const string HeapBytes = "0x20000000";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What is kept in static collections for the next case does not grow with the cases, but for the counts of misses, which have a limit of their own.</summary>
    [SkippableFact]
    public void Execute_MoreCases_NoStaticCollectionGrows()
    {
        SlowTests.SkipUnlessAsked();
        Judge(1500);
        Dictionary<string, int> before = Counts();
        Judge(3000);
        string misses = typeof(ConvolutionLineMisses).FullName!;
        string[] grown = [.. Counts().Where(entry => entry.Value > before.GetValueOrDefault(entry.Key)).Select(static entry => entry.Key)];
        Assert.All(grown, name => Assert.StartsWith(misses, name, StringComparison.Ordinal));
        Assert.All([misses, typeof(WordTables).FullName!], seen => Assert.Contains(before.Keys, name => name.StartsWith(seen, StringComparison.Ordinal)));
        Assert.InRange(WordTables.KeptCount, 1, WordTables.MostKept);
    }

    [SkippableFact]
    public void Campaign_ThousandsOfCasesInALimitedHeap_ComesToItsEnd()
    {
        SlowTests.SkipUnlessAsked();
        using var run = ProgramProcess.Start(
            ["fuzz", "--cases", "12000", "--threads", "2", "--out", folder["long"]],
            new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = HeapBytes, ["DOTNET_gcServer"] = "0" });
        (int exitCode, _, string error) = run.WaitForEnd();
        Assert.True(exitCode == ExitCode.Proven, error);
    }

    private void Judge(int cases) =>
        FuzzRun.Execute(new FuzzOptions { Cases = cases, OutputFolder = folder["campaign"] }, new RecordedProgress(), TextWriter.Null, CancellationToken.None);

    /// <summary>Elements of every static collection of the product.</summary>
    private static Dictionary<string, int> Counts()
    {
        GC.Collect();
        return typeof(FuzzRun).Assembly.GetReferencedAssemblies().Where(static name => name.Name!.StartsWith("TileProof.", StringComparison.Ordinal)).Select(Assembly.Load).Append(typeof(FuzzRun).Assembly)
            .SelectMany(static assembly => assembly.GetTypes())
            .Where(static type => !type.ContainsGenericParameters)
            .SelectMany(static type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(static field => !field.IsLiteral && !field.FieldType.IsArray && field.FieldType != typeof(string) && field.FieldType.IsAssignableTo(typeof(IEnumerable)))
            .ToDictionary(static field => $"{field.DeclaringType!.FullName}.{field.Name}", static field => field.GetValue(null) is IEnumerable collection ? collection.Cast<object>().Count() : 0, StringComparer.Ordinal);
    }
}
