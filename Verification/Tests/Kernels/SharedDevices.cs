namespace TileProof.Tests.Kernels;

/// <summary>Tests that share devices run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedDevices : ICollectionFixture<DeviceFixture>
{
    public const string Name = "data-parallel devices";
}
