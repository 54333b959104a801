using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using TileProof.Benchmarks;

// --quick prints one table in under a minute; everything else goes to BenchmarkDotNet.
if (args.Contains("--quick"))
{
    QuickTable.Print("resnet50", imageExtent: 64);
    return;
}

// --hazards prints what the hazard rules cost.
if (args.Contains("--hazards"))
{
    CheckingCostTable.Print();
    return;
}

// Layer keys are wide, and a busy machine builds slowly.
IConfig config = DefaultConfig.Instance
    .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40))
    .WithBuildTimeout(TimeSpan.FromMinutes(10));
BenchmarkSwitcher.FromAssembly(typeof(ConvolutionBenchmarks).Assembly).Run(args, config);
