using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using Xunit.Abstractions;

namespace TileProof.MutationTesting.Running;

/// <summary>A process that runs the tests of an area with one mutant after the other.</summary>
internal static class Worker
{
    /// <summary>Ends a worker whose process a mutant has spoilt: without the mutant, the test that had noticed it fails as well.</summary>
    public const int SpoiltExitCode = 4;

    private const double SlowMilliseconds = 50;

    /// <summary>Does what an order says.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string orderPath)
    {
        WorkOrder order = JsonSerializer.Deserialize<WorkOrder>(File.ReadAllText(orderPath))!;
        using var switches = new MutantSwitches(order.Assemblies.Select(Load), order.MutantCount);
        if (order.IsAlone)
        {
            switches.TurnOn(order.Mutants[0]);
        }

        using var tests = new TestAssembly(Load(order.Tests), order.Classes);
        if (order.Mutants.Count == 0)
        {
            switches.Watch();
            var coverage = new Coverage(tests.Cover(switches.TakeReached), tests.Cover(switches.TakeReached));
            File.WriteAllText(order.Coverage, JsonSerializer.Serialize(coverage));
            return 0;
        }

        IReadOnlyList<TestCoverage> usable = JsonSerializer.Deserialize<Coverage>(File.ReadAllText(order.Coverage))!.Usable();
        return order.Mutants.All(mutant => Try(mutant, order, usable, tests, switches)) ? 0 : SpoiltExitCode;
    }

    private static bool Try(int mutant, WorkOrder order, IReadOnlyList<TestCoverage> usable, TestAssembly tests, MutantSwitches switches)
    {
        List<TestCoverage> covering = usable.Where(test => order.IsAlone || test.Reached.Contains(mutant)).ToList();
        ResultFile.Append(order.Results, new MutantResult(mutant, null));
        using var watchdog = new Watchdog(covering.Sum(static test => test.Milliseconds), () => ResultFile.Append(order.Results, new MutantResult(mutant, MutantStatus.TimedOut)));
        switches.TurnOn(mutant);
        ITestCase? failed = FirstFailing(tests, covering.Where(static test => test.Milliseconds < SlowMilliseconds))
            ?? FirstFailing(tests, covering.Where(static test => test.Milliseconds >= SlowMilliseconds));
        switches.TurnOff();
        if (failed is not null && !order.IsAlone && tests.FirstFailing([failed]) is not null)
        {
            return false;
        }

        ResultFile.Append(order.Results, new MutantResult(mutant, failed is null ? MutantStatus.Survived : MutantStatus.Killed, failed?.DisplayName));
        return true;
    }

    private static ITestCase? FirstFailing(TestAssembly tests, IEnumerable<TestCoverage> covering) =>
        tests.FirstFailing(covering.Select(test => tests.Tests[test.Test]));

    private static Assembly Load(string name) =>
        AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, name));
}
