using System.Reflection;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Machine;
using TileProof.Kernels;
using TileProof.Operators;

namespace TileProof.Tests.Architecture;

/// <summary>Golden, Kernels and HwModel are independent: none of them refers to another, so that they cannot agree in error.</summary>
public sealed class DependencyTests
{
    private const string Prefix = "TileProof.";

    public static TheoryData<Type, string[]> Libraries => new()
    {
        { typeof(Network), [] },
        { typeof(ScalarOracle), ["TileProof.Operators"] },
        { typeof(DataParallelEngine), ["TileProof.Operators"] },
        { typeof(DspMachine), ["TileProof.Operators"] },
    };

    [Theory]
    [MemberData(nameof(Libraries))]
    public void References_OfALibrary_AreOnlyTheContract(Type member, string[] allowed)
    {
        ArgumentNullException.ThrowIfNull(member);

        IEnumerable<string> references = member.Assembly.GetReferencedAssemblies()
            .Select(static reference => reference.Name!)
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal));

        Assert.Equal(allowed, references);
    }

    /// <summary>The contract holds types and what the driver derives, but no operator arithmetic: nothing in it reads an activation.</summary>
    [Fact]
    public void Contract_DoesNotDependOnPackages() => Assert.DoesNotContain(
        typeof(Network).Assembly.GetReferencedAssemblies(),
        static reference => !reference.Name!.StartsWith("System.", StringComparison.Ordinal));

    /// <summary>No library lets another see its internals; only tests may.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void Internals_OfALibrary_AreSeenByTestsOnly(Type member, string[] allowed)
    {
        ArgumentNullException.ThrowIfNull(member);
        Assert.NotNull(allowed);

        IEnumerable<string> friends = member.Assembly.GetCustomAttributes<System.Runtime.CompilerServices.InternalsVisibleToAttribute>()
            .Select(static attribute => attribute.AssemblyName);

        Assert.All(friends, static friend => Assert.Equal("TileProof.Tests", friend));
    }
}
