using Xunit.Abstractions;

namespace TileProof.MutationTesting.Running;

/// <summary>Tests are run one after the other, and said to have ended before the next begins.</summary>
internal sealed class TestOptions : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
{
    private readonly Dictionary<string, object?> values = new()
    {
        ["xunit.discovery.PreEnumerateTheories"] = true,
        ["xunit.execution.SynchronousMessageReporting"] = true,
        ["xunit.execution.DisableParallelization"] = true,
        ["xunit.execution.MaxParallelThreads"] = 1,
    };

    /// <inheritdoc/>
    public TValue GetValue<TValue>(string name) => values.TryGetValue(name, out object? value) && value is TValue typed ? typed : default!;

    /// <inheritdoc/>
    public void SetValue<TValue>(string name, TValue value) => values[name] = value;
}
