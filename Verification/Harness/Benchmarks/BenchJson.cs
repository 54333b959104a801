using System.Text.Json.Nodes;
using TileProof.Golden.OnnxRuntime;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Benchmarks;

/// <summary>The tables of a benchmark for machines; times are in milliseconds.</summary>
internal static class BenchJson
{
    /// <summary>Networks, kernels, sizes and the matrix.</summary>
    public static JsonObject Of(
        BankSetting bank, IReadOnlyList<NetworkBench> networks, IReadOnlyList<NetworkBench> sizes, MatrixBench? matrix, WholeRunBench? wholeRuns, long peakBytes) => new()
    {
        ["versions"] = VersionInfo.OfThisProcess(OnnxRuntimeSession.LibraryVersion).ToString(),
        ["banks"] = bank.Label,
        ["cores"] = Environment.ProcessorCount,
        ["vectors"] = BenchTable.VectorWidth,
        ["networks"] = JsonTable.Of(networks.Select(Row)),
        ["kernels"] = JsonTable.Of(networks.SelectMany(static network => network.KernelTimes.Select(kernel => new
        {
            Network = network.Name,
            kernel.Kernel,
            kernel.Programs,
            LeastMs = kernel.Least.TotalMilliseconds,
            kernel.MultiplyAccumulates,
            kernel.Elements,
        }))),
        ["sizes"] = JsonTable.Of(sizes.Select(Row)),
        ["matrix"] = matrix is null ? null : new JsonObject
        {
            ["cases"] = matrix.Cases,
            ["total_ms"] = matrix.Total.TotalMilliseconds,
            ["processor_ms"] = matrix.Processor.TotalMilliseconds,
            ["set_up_ms"] = matrix.SetUp.TotalMilliseconds,
            ["goldens_ms"] = matrix.Golden.TotalMilliseconds,
            ["peak_bytes"] = peakBytes,
            ["allocated_bytes_per_case"] = matrix.AllocatedBytesPerCase,
            ["proven"] = matrix.IsProven,
        },
        ["whole_runs"] = wholeRuns is null ? null : new JsonObject
        {
            ["empty_cache_ms"] = wholeRuns.EmptyCache.TotalMilliseconds,
            ["full_cache_median_ms"] = wholeRuns.FullCache.Median.TotalMilliseconds,
            ["full_cache_least_ms"] = wholeRuns.FullCache.Least.TotalMilliseconds,
            ["proven"] = wholeRuns.IsProven,
        },
    };

    /// <summary>What the checks of C programs cost.</summary>
    public static JsonObject Of(string program, BankSetting bank, IEnumerable<DeviceCost> costs) => new()
    {
        ["program"] = program,
        ["banks"] = bank.Label,
        ["operators"] = JsonTable.Of(costs.Select(static cost => new
        {
            Operator = cost.Operator.ToString(),
            cost.Calls,
            CheckedMs = cost.Instrumented.TotalMilliseconds,
            PlainMs = cost.Plain.TotalMilliseconds,
            cost.Checks,
        })),
    };

    private static object Row(NetworkBench network) => new
    {
        Network = network.Name,
        network.MultiplyAccumulates,
        DspMedianMs = network.Plain.Median.TotalMilliseconds,
        DspLeastMs = network.Plain.Least.TotalMilliseconds,
        CheckedMedianMs = network.Checked.Median.TotalMilliseconds,
        CheckedLeastMs = network.Checked.Least.TotalMilliseconds,
        OnnxRuntimeMedianMs = network.OnnxRuntime.Median.TotalMilliseconds,
        OnnxRuntimeLeastMs = network.OnnxRuntime.Least.TotalMilliseconds,
        RulesOnceMs = network.RulesOnce.TotalMilliseconds,
        TimingOnceMs = network.TimingOnce.TotalMilliseconds,
        network.AllocatedBytes,
        network.SystemBytes,
        SetUpMs = network.SetUp.TotalMilliseconds,
    };
}
