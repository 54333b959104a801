using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TileProof.Golden.Networks;
using TileProof.Golden.Quantization;

namespace TileProof.Tests.Networks;

/// <summary>The default networks, built once for all tests, and fingerprints of numbers.</summary>
internal static class TestModels
{
    private static readonly ConcurrentDictionary<(string Name, int Size), Lazy<QuantizedModel>> Models = new();

    public static QuantizedModel Default(string name, int size) => Models.GetOrAdd(
        (name, size), key => new Lazy<QuantizedModel>(() => QuantizedModel.Create(key.Name, SeededImages.Shape(1, key.Size, key.Size)))).Value;

    public static FloatNetwork BuildFloat(string name, int batch = 1, int height = 32, int width = 32, ulong seed = ResNetBuilder.DefaultSeed) =>
        BuiltInNetworks.Build(name, SeededImages.Shape(batch, height, width), seed);

    public static string Fingerprint(IEnumerable<float[]> arrays)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (float[] array in arrays)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(array));
        }

        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }

    public static IEnumerable<float[]> ParametersOf(FloatNetwork network) => network.Nodes.SelectMany(node => node switch
    {
        FloatConv2d conv => (float[][])[conv.Weights, conv.Bias],
        FloatLinear linear => [linear.Weights, linear.Bias],
        _ => [],
    });
}
