using System.Globalization;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;
using TileProof.Verification.Files;

namespace TileProof.Verification.Benchmarks;

/// <summary>The tables of a benchmark, as text.</summary>
public static class BenchTable
{
    private const double BytesPerMiB = 1024 * 1024;

    /// <summary>The vectors that the simulated convolutions use here.</summary>
    public static string VectorWidth
    {
        get
        {
            string width = Avx512BW.IsSupported ? "512-bit vectors" : Avx2.IsSupported ? "256-bit vectors" : Vector128.IsHardwareAccelerated ? "128-bit vectors" : "no vectors";
            return AvxVnni.IsSupported ? $"{width}, AVX-VNNI" : width;
        }
    }

    /// <summary>Whole networks beside ONNX Runtime.</summary>
    public static string Networks(IEnumerable<NetworkBench> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        var text = new StringBuilder("One inference on one thread, median (least) milliseconds of runs in turn; dsp: simulated, landing at the wait.\n");
        var table = new MarkdownTable(text, "network", "MMAC:", "dsp:", "with rules and timing:", "GMAC/s:", "ONNX Runtime int8:", "all / ONNX Runtime:", "rules and timing cost:", "rules once ms:", "timing once ms:", "allocated MiB:", "set-up s:");
        foreach (NetworkBench network in networks)
        {
            table.Row($"{network.Name} | {network.MultiplyAccumulates / 1e6:F0} | {Both(network.Plain)} | {Both(network.Checked)} | {Rate(network.MultiplyAccumulates, network.Checked.Median)} | {Both(network.OnnxRuntime)} | {network.Checked.Median / network.OnnxRuntime.Median:F2} ({network.Checked.Least / network.OnnxRuntime.Least:F2}) | {(network.Checked.Least / network.Plain.Least) - 1:P1} | {network.RulesOnce.TotalMilliseconds:F1} | {network.TimingOnce.TotalMilliseconds:F1} | {network.AllocatedBytes / BytesPerMiB:F1} | {network.SetUp.TotalSeconds:F2}");
        }

        return text.ToString();
    }

    /// <summary>The kernels of one network.</summary>
    public static string Kernels(NetworkBench network)
    {
        ArgumentNullException.ThrowIfNull(network);
        TimeSpan all = network.KernelTimes.Aggregate(TimeSpan.Zero, static (sum, time) => sum + time.Least);
        var text = new StringBuilder($"{network.Name}: programs of one inference with hazard rules, least milliseconds.\n");
        var table = new MarkdownTable(text, "kernel", "programs:", "ms:", "share:", "GMAC/s:", "Melement/s:");
        foreach (KernelTime kernel in network.KernelTimes.OrderByDescending(static kernel => kernel.Least))
        {
            table.Row($"{kernel.Kernel} | {kernel.Programs} | {kernel.Least.TotalMilliseconds:F2} | {kernel.Least / all:P0} | {(kernel.MultiplyAccumulates == 0 ? "" : Rate(kernel.MultiplyAccumulates, kernel.Least))} | {kernel.Elements / kernel.Least.TotalSeconds / 1e6:F0}");
        }

        return text.ToString();
    }

    /// <summary>One network at growing sizes.</summary>
    public static string Scaling(IEnumerable<NetworkBench> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        var text = new StringBuilder("Time and memory over image size, dsp with hazard rules and timing, least of a few runs.\n");
        var table = new MarkdownTable(text, "network", "MMAC:", "ms:", "ms per GMAC:", "/ ONNX Runtime:", "simulated system memory MiB:");
        foreach (NetworkBench size in sizes)
        {
            table.Row($"{size.Name} | {size.MultiplyAccumulates / 1e6:F0} | {size.Checked.Least.TotalMilliseconds:F1} | {size.Checked.Least.TotalMilliseconds / (size.MultiplyAccumulates / 1e9):F1} | {size.Checked.Least / size.OnnxRuntime.Least:F2} | {size.SystemBytes / BytesPerMiB:F1}");
        }

        return text.ToString();
    }

    /// <summary>The default matrix.</summary>
    /// <param name="matrix">Its run.</param>
    /// <param name="peakBytes">The most memory that the process has had after it.</param>
    public static string Matrix(MatrixBench matrix, long peakBytes)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var text = new StringBuilder("The default matrix, hazard rules on, all cores, no cache.\n");
        var table = new MarkdownTable(text, "cases:", "seconds:", "processor seconds:", "of it set-up s:", "all goldens s:", "peak MiB:", "allocated KiB per case:", "result");
        table.Row($"{matrix.Cases} | {matrix.Total.TotalSeconds:F2} | {matrix.Processor.TotalSeconds:F2} | {matrix.SetUp.TotalSeconds:F2} | {matrix.Golden.TotalSeconds:F2} | {peakBytes / BytesPerMiB:F0} | {matrix.AllocatedBytesPerCase / 1024.0:F0} | {(matrix.IsProven ? "proven" : "NOT proven")}");
        return text.ToString();
    }

    /// <summary>The default matrix in processes of its own.</summary>
    public static string WholeRuns(WholeRunBench runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var text = new StringBuilder("The default matrix as `verify --images 0`, from the start of the process to its end.\n");
        var table = new MarkdownTable(text, "empty cache s:", string.Create(CultureInfo.InvariantCulture, $"full cache s, median (least) of {runs.FullCache.Count}:"), "result");
        table.Row($"{runs.EmptyCache.TotalSeconds:F2} | {runs.FullCache.Median.TotalSeconds:F2} ({runs.FullCache.Least.TotalSeconds:F2}) | {(runs.IsProven ? "proven" : "NOT proven")}");
        return text.ToString();
    }

    private static string Both(Samples samples) =>
        string.Create(CultureInfo.InvariantCulture, $"{samples.Median.TotalMilliseconds:F1} ({samples.Least.TotalMilliseconds:F1})");

    private static string Rate(long multiplyAccumulates, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{multiplyAccumulates / time.TotalSeconds / 1e9:F1}");
}
