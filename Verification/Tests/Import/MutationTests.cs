using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Export.Pte;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Onnx;
using TileProof.Golden.Import.Pte;
using TileProof.Tests.Support;
using Xunit.Abstractions;

namespace TileProof.Tests.Import;

/// <summary>Damaged model files: every one imports or ends in a <see cref="ModelFormatException"/> with a place, in bounded time and memory.</summary>
public sealed class MutationTests(ITestOutputHelper log)
{
    private const int MostChanges = 6;
    private const int QuickCount = 2_000;
    private const int ManyCount = 15_000;
    private const int WholeCount = 100_000;
    private const long MostBytes = 1L << 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly (string Name, byte[] File)[] Originals =
    [
        ("float.onnx", OnnxModelTests.Classifier()),
        ("qoperator.onnx", OnnxModelTests.QOperator()),
        ("qdq.onnx", OnnxModelWriter.Write(SampleNetwork.Create())),
        ("sample.pte", PteModelWriter.Write(SampleNetwork.Create())),
        ("per-channel.pte", PteModelWriter.Write(SampleNetwork.Create(perChannel: true))),
        ("inputs.pte", PteModelWriter.Write(PteInputTests.Mixed())),
        ("fallback.pte", PteInputTests.InOnnxRuntime()),
        ("levels.pte", PteInputTests.OfLevels()),
        ("own.pte", PteModelWriter.Write(PteAttributeTests.OwnOperators())),
        ("own.onnx", OnnxQuantizedAttributeTests.OwnOperators()),
        ("float-fallback.onnx", OnnxFallbackTests.FloatModel()),
        ("quantized-fallback.onnx", OnnxFallbackTests.QuantizedModel()),
        .. ((string[])["residual uint8", "keras", "keras flatten", "rows of sound", "torch pads from pieces", "pad before max pool", "tflite weights", "torch dynamo head", "slice behind relu", "float slice"])
            .Select(static name => ($"{name}.onnx", OnnxExporterForms.All[name]())),
    ];

    [Fact]
    public void Read_MutatedFiles_ImportOrModelFormatException() => Run(QuickCount);

    [SkippableTheory]
    [InlineData(ManyCount)]
    [InlineData(WholeCount)]
    public void Read_ManyMutatedFiles_ImportOrModelFormatException(int count)
    {
        SlowTests.SkipUnlessAsked();
        if (count == WholeCount)
        {
            SlowTests.SkipUnlessAllAsked();
        }

        Run(count);
    }

    private void Run(int count)
    {
        int imported = 0;
        long mostBytes = 0;
        var longest = TimeSpan.Zero;
        Gen<(int Original, int[] Seeds)> damages =
            from original in Gen.Choose(0, Originals.Length - 1)
            from changes in Gen.Choose(1, MostChanges)
            from seeds in Gen.Choose(0, int.MaxValue - 1).ArrayOf(changes)
            select (original, seeds);
        Properties.ForAll(count, damages, FewerChanges, damage =>
        {
            (string name, byte[] original) = Originals[damage.Original];
            byte[] file = MutatedFiles.Create(original, damage.Seeds);
            (bool isImported, long bytes, TimeSpan time) = Task.Run(() => Import(name, file)).WaitAsync(Patience).GetAwaiter().GetResult();
            imported += isImported ? 1 : 0;
            mostBytes = Math.Max(mostBytes, bytes);
            longest = time > longest ? time : longest;
        });

        log.WriteLine($"{count} mutated files: {imported} imported, {count - imported} refused with a place; most memory {mostBytes / 1024} KiB, longest {longest.TotalMilliseconds:F0} ms");
        Assert.InRange(mostBytes, 0, MostBytes);
        Assert.InRange(imported, 1, count - 1);
    }

    private static IEnumerable<(int Original, int[] Seeds)> FewerChanges((int Original, int[] Seeds) damage) =>
        Enumerable.Range(0, damage.Seeds.Length).Select(left => damage with { Seeds = [.. damage.Seeds[..left], .. damage.Seeds[(left + 1)..]] });

    private static (bool IsImported, long Bytes, TimeSpan Time) Import(string name, byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        bool isImported = true;
        bool isPte = name.EndsWith(".pte", StringComparison.Ordinal);
        bool allowFallback = name.Contains("fallback", StringComparison.Ordinal);
        try
        {
            _ = isPte ? ImportedModel.Of(PteModel.Read(name, file, allowFallback)) : OnnxModel.Read(name, file, folder: null, allowFallback: allowFallback);
        }
        catch (ModelFormatException exception)
        {
            isImported = false;
            Assert.True(exception.Place.Length > 0 && !exception.Message.Contains('\n', StringComparison.Ordinal), exception.Message);
            _ = FaultsOf(name, file, isPte);
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{name}: {exception}");
        }

        Assert.True(allowFallback || !isImported || FaultsOf(name, file, isPte) == 0, $"{name}: imported, though nodes stop it");
        return (isImported, GC.GetAllocatedBytesForCurrentThread() - before, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>How many nodes stop an import; -1 where the graph as a whole does.</summary>
    private static int FaultsOf(string name, byte[] file, bool isPte)
    {
        var faults = new ImportFaults();
        try
        {
            if (isPte)
            {
                return PteNetworkBuilder.Probe(name, PteProgramReader.Read(name, file)).Obstacles.Count;
            }

            OnnxModel.Probe(name, file, folder: null, batch: 1, tryFallback: false, faults);
            return faults.All.Count;
        }
        catch (ModelFormatException)
        {
            return -1;
        }
    }
}
