using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using TileProof.Cli;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Machine;
using TileProof.Kernels;
using TileProof.Operators;
using TileProof.Verification;

namespace TileProof.Tests.Architecture;

/// <summary>The product draws from one source of random numbers, whose algorithm is its own and the same on every run-time library.</summary>
public sealed class RandomSourceTests
{
    public static TheoryData<Type> Assemblies =>
    [
        typeof(Network), typeof(ScalarOracle), typeof(DataParallelEngine), typeof(DspMachine), typeof(ConformanceRun), typeof(CommandLineApplication),
    ];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void References_OfTheProduct_HaveNoOtherSource(Type member)
    {
        ArgumentNullException.ThrowIfNull(member);
        Assert.DoesNotContain("System.Random", TypesUsedBy(member));
    }

    [Fact]
    public void References_OfTheTests_HaveOne_SoThatItWouldBeFound() => Assert.Contains("System.Random", TypesUsedBy(typeof(RandomSourceTests)));

    private static string[] TypesUsedBy(Type member)
    {
        using FileStream file = File.OpenRead(member.Assembly.Location);
        using var image = new PEReader(file);
        MetadataReader metadata = image.GetMetadataReader();
        return
        [
            .. from handle in metadata.TypeReferences
               let type = metadata.GetTypeReference(handle)
               select $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}",
        ];
    }
}
