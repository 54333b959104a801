namespace TileProof.Kernels.Devices;

/// <summary>The words for device choices.</summary>
public static class DeviceChoices
{
    private static readonly Dictionary<string, DeviceChoice> ByWord = new(StringComparer.Ordinal)
    {
        ["auto"] = DeviceChoice.Auto,
        ["cuda"] = DeviceChoice.Cuda,
        ["opencl"] = DeviceChoice.OpenCl,
        ["ilgpu-cpu"] = DeviceChoice.IlgpuCpu,
        ["host"] = DeviceChoice.Host,
    };

    /// <summary>The words, in the order of preference.</summary>
    public static IReadOnlyCollection<string> Words => ByWord.Keys;

    /// <summary>The choice that a word stands for.</summary>
    /// <exception cref="ArgumentException">The word is none of <see cref="Words"/>.</exception>
    public static DeviceChoice Parse(string word) => ByWord.TryGetValue(word, out DeviceChoice choice)
        ? choice
        : throw new ArgumentException($"'{word}' is no device; choose {string.Join(", ", Words)}.", nameof(word));
}
