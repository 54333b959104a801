using BenchmarkDotNet.Running;
using TileProof.Benchmarks;

// --quick prints one table in under a minute; everything else goes to BenchmarkDotNet.
if (args.Contains("--quick"))
{
    QuickTable.Print("resnet50", imageExtent: 64);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(ConvolutionBenchmarks).Assembly).Run(args);
