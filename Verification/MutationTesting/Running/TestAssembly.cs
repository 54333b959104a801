using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TileProof.MutationTesting.Running;

/// <summary>The tests of an area, run in this process.</summary>
internal sealed class TestAssembly : IDisposable
{
    private static readonly TestOptions Options = new();
    private readonly XunitTestFramework framework;
    private readonly ITestFrameworkExecutor executor;

    /// <summary>Finds the tests.</summary>
    /// <param name="assembly">The assembly with the tests.</param>
    /// <param name="classes">Beginnings of full names of test classes.</param>
    /// <exception cref="MutationTestingException">A beginning fits no test.</exception>
    public TestAssembly(Assembly assembly, IEnumerable<string> classes)
    {
        using var silent = new MessageSink(static _ => true);
        framework = new XunitTestFramework(silent);
        executor = framework.GetExecutor(assembly.GetName());
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        Type[] types = assembly.GetTypes();
        var found = new Dictionary<string, ITestCase>();
        foreach (string beginning in classes)
        {
            int before = found.Count;
            foreach (Type type in types.Where(type => type.FullName!.StartsWith(beginning, StringComparison.Ordinal)))
            {
                foreach (ITestCase test in Discover(discoverer, type))
                {
                    found.TryAdd(test.UniqueID, test);
                }
            }

            if (found.Count == before)
            {
                throw new MutationTestingException($"no test class begins with '{beginning}': put the area right in areas.json");
            }
        }

        Tests = found;
    }

    /// <summary>The tests by what names them in every process.</summary>
    public IReadOnlyDictionary<string, ITestCase> Tests { get; }

    /// <summary>Runs tests, class by class in the given order, until one fails.</summary>
    /// <returns>The test that failed, or null.</returns>
    public ITestCase? FirstFailing(IEnumerable<ITestCase> tests)
    {
        ITestCase? failed = null;
        foreach (IGrouping<string, ITestCase> ofOneClass in tests.GroupBy(ClassOf))
        {
            Run(ofOneClass, message =>
            {
                failed ??= FailedTest(message);
                return failed is null;
            });
            if (failed is not null)
            {
                break;
            }
        }

        return failed;
    }

    /// <summary>Runs all tests and says what each was like.</summary>
    /// <param name="reached">The mutants that were asked about since the last call.</param>
    public IReadOnlyList<TestCoverage> Cover(Func<IReadOnlyList<int>> reached)
    {
        var covered = new List<TestCoverage>();
        IReadOnlyList<int> byClass = [];
        TimeSpan started = default;
        string? problem = null;
        Run(Tests.Values, message =>
        {
            switch (message)
            {
                case ITestClassStarting:
                    reached();
                    byClass = [];
                    break;
                case ITestCaseStarting:
                    byClass = byClass.Union(reached()).ToList();
                    problem = null;
                    started = Environment.CpuUsage.TotalTime;
                    break;
                case ITestCaseFinished end:
                    double milliseconds = (Environment.CpuUsage.TotalTime - started).TotalMilliseconds;
                    covered.Add(new TestCoverage(end.TestCase.UniqueID, end.TestCase.DisplayName, milliseconds, reached().Union(byClass).ToList(), problem));
                    break;
                case ITestSkipped skipped:
                    problem = "skipped: " + skipped.Reason;
                    break;
                case IFailureInformation failure and not IErrorMessage:
                    problem = "fails: " + failure.Messages.FirstOrDefault();
                    break;
            }

            return true;
        });
        return covered;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        executor.Dispose();
        framework.Dispose();
    }

    private static string ClassOf(ITestCase test) => test.TestMethod.TestClass.Class.Name;

    private static ITestCase? FailedTest(IMessageSinkMessage message) => message switch
    {
        ITestFailed failure => failure.TestCase,
        ITestCleanupFailure failure => failure.TestCase,
        ITestClassCleanupFailure failure => failure.TestCases.FirstOrDefault(),
        _ => null,
    };

    private static List<ITestCase> Discover(ITestFrameworkDiscoverer discoverer, Type type)
    {
        var tests = new List<ITestCase>();
        using var sink = new MessageSink(message =>
        {
            if (message is ITestCaseDiscoveryMessage discovered)
            {
                tests.Add(discovered.TestCase);
            }

            return true;
        });
        discoverer.Find(type.FullName, includeSourceInformation: false, sink, Options);
        sink.WaitForEnd();
        return tests;
    }

    private void Run(IEnumerable<ITestCase> tests, Func<IMessageSinkMessage, bool> handle)
    {
        using var sink = new MessageSink(handle);
        executor.RunTests(tests, sink, Options);
        sink.WaitForEnd();
    }
}
