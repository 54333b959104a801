using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using TileProof.Golden.OnnxRuntime;
using TileProof.Kernels.Devices;
using TileProof.Kernels.Executors;

namespace TileProof.Benchmarks;

/// <summary>One table of the least time of a few runs, per layer and engine; the engines take turns, so that a busy machine hits all alike.</summary>
internal static class QuickTable
{
    private static readonly TimeSpan TimePerLayer = TimeSpan.FromSeconds(1.2);
    private const int FewestRuns = 3;

    /// <summary>Measures and prints.</summary>
    /// <param name="network">The name of the network.</param>
    /// <param name="imageExtent">Height and width of the image.</param>
    public static void Print(string network, int imageExtent)
    {
        IReadOnlyList<ConvolutionLayer> layers = ConvolutionLayer.Of(network, imageExtent);
        IKernelExecutor[] executors = [.. DeviceCatalog.OpenAll()];
        var table = new Table { Border = TableBorder.Ascii };
        table.AddColumn("layer").AddColumn("count").AddColumn("MMAC").AddColumn($"onnxruntime, {Environment.ProcessorCount} threads");
        foreach (IKernelExecutor executor in executors)
        {
            table.AddColumn(executor.Device.Kind == KernelDeviceKind.Host ? $"host, {executor.Device.Name}" : executor.Device.Kind.Label());
        }

        var totals = new double[executors.Length + 1];
        double totalMegaMacs = 0;
        foreach (ConvolutionLayer layer in layers)
        {
            double[] milliseconds = Measure(layer, executors);
            double megaMacs = layer.Shape.MultiplyAccumulates / 1e6;
            totalMegaMacs += megaMacs * layer.Count;
            for (int i = 0; i < totals.Length; i++)
            {
                totals[i] += milliseconds[i] * layer.Count;
            }

            table.AddRow([layer.Shape.ConfigKey, Text(layer.Count), Text(megaMacs, "F1"), .. milliseconds.Select(static ms => Text(ms, "F3"))]);
        }

        table.AddRow([$"all {layers.Sum(static layer => layer.Count)} convolutions", string.Empty, Text(totalMegaMacs, "F1"), .. totals.Select(static ms => Text(ms, "F2"))]);
        AnsiConsole.Profile.Width = 200;
        AnsiConsole.WriteLine($"{network} {imageExtent}x{imageExtent}, least milliseconds, operands in place, result in host memory");
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(OnnxRuntimeSession.SettingsFor(Environment.ProcessorCount));
        foreach (IKernelExecutor executor in executors)
        {
            AnsiConsole.WriteLine(executor.Device.ToString());
            executor.Dispose();
        }
    }

    /// <summary>The least milliseconds of ONNX Runtime and of each executor.</summary>
    /// <exception cref="InvalidOperationException">The engines disagree; their times mean nothing.</exception>
    private static double[] Measure(ConvolutionLayer layer, IKernelExecutor[] executors)
    {
        using var onnxRuntime = new OnnxRuntimeConvolution(layer.Shape, 1, layer.Weights, layer.Requantization, Environment.ProcessorCount);
        KernelConvolution[] kernels = [.. executors.Select(executor => new KernelConvolution(executor, layer))];
        sbyte[] expected = onnxRuntime.Run(layer.Input.Int8);
        foreach (KernelConvolution kernel in kernels)
        {
            if (!kernel.Run().Int8.SequenceEqual(expected))
            {
                throw new InvalidOperationException($"{layer.Shape.ConfigKey}: the kernels and ONNX Runtime give different bytes.");
            }
        }

        Action[] runs = [() => onnxRuntime.Run(layer.Input.Int8), .. kernels.Select<KernelConvolution, Action>(static kernel => () => kernel.Run())];
        double[] least = [.. Enumerable.Repeat(double.PositiveInfinity, runs.Length)];
        long start = Stopwatch.GetTimestamp();
        for (int turn = 0; turn < FewestRuns || Stopwatch.GetElapsedTime(start) < TimePerLayer; turn++)
        {
            for (int i = 0; i < runs.Length; i++)
            {
                long begin = Stopwatch.GetTimestamp();
                runs[i]();
                least[i] = Math.Min(least[i], Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
        }

        foreach (KernelConvolution kernel in kernels)
        {
            kernel.Dispose();
        }

        return least;
    }

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
