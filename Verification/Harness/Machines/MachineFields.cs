using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Timing;
using TileProof.Verification.Options;

namespace TileProof.Verification.Machines;

/// <summary>The fields of a machine file, in its order.</summary>
internal static class MachineFields
{
    /// <summary>The field that names a file beside the machine file.</summary>
    public const string Costs = "costs";

    private const int LargestRingDepth = 64;
    private const int LargestAlignmentBytes = 1024;
    private const int LargestLineBytes = 128;
    private const double LargestCycles = 1e6;

    /// <summary>All of them. Those that begin with <c>cache.</c> are absent where <c>cache</c> is null.</summary>
    public static IReadOnlyList<MachineField> All { get; } =
    [
        new("name", "the name in reports", static machine => machine.Name, static (machine, value) => machine with { Name = Name(value) }),
        new(
            "vectorBytes",
            "bytes of a vector register: 64 (512 bits) or 128 (1024 bits)",
            static machine => machine.Configuration.VectorBytes,
            static (machine, value) => machine.With(configuration => configuration with { VectorBytes = OneOf(value, 64, 128) })),
        new(
            "banks",
            $"bytes of each local bank, 1 to {DspConfiguration.MaximumBankCount} of them: {DspConfiguration.MinimumBankBytes} to {DspConfiguration.MaximumBankBytes} each, multiples of {DspConfiguration.BankGranularityBytes}",
            static machine => new JsonArray([.. machine.Configuration.Banks.Select(static bytes => (JsonNode)bytes)]),
            static (machine, value) => machine.With(configuration => configuration.WithBanks(Banks(value)))),
        new(
            "allocationAlignmentBytes",
            $"local buffers begin at, and take, multiples of this: a power of two of 16 to {LargestAlignmentBytes}, a vector or more",
            static machine => machine.Configuration.AllocationAlignmentBytes,
            static (machine, value) => machine.With(configuration => configuration with { AllocationAlignmentBytes = PowerOfTwo(value, 16, LargestAlignmentBytes) })),
        new(
            "poisonByte",
            "what local memory holds before a program writes it, 0 to 255",
            static machine => (int)machine.Configuration.PoisonByte,
            static (machine, value) => machine.With(configuration => configuration with { PoisonByte = (byte)Whole(value, 0, byte.MaxValue) })),
        new(
            "accumulatorOverflow",
            "what a 24-bit accumulator does beyond its range: wrap or saturate",
            static machine => ChoiceList.NameOf(machine.Configuration.AccumulatorOverflow),
            static (machine, value) => machine.With(configuration => configuration with { AccumulatorOverflow = Choice<AccumulatorOverflow>("behaviour", value) })),
        new(
            "cacheScratchBytes",
            $"bytes of the static buffer that kernels without local memory pad images in, {DspConfiguration.MinimumBankBytes} or more",
            static machine => machine.Configuration.CacheScratchBytes,
            static (machine, value) => machine.With(configuration => configuration with { CacheScratchBytes = Whole(value, DspConfiguration.MinimumBankBytes, int.MaxValue) })),
        new(
            "dma.channels",
            $"DMA channels, 1 to {DspConfiguration.MaximumDmaChannelCount}: programs use two, one after the other where there is one",
            static machine => machine.Configuration.DmaChannelCount,
            static (machine, value) => machine.With(configuration => configuration with { DmaChannelCount = Whole(value, 1, DspConfiguration.MaximumDmaChannelCount) })),
        new(
            "dma.ringDepth",
            $"descriptors that a channel holds at a time, 1 to {LargestRingDepth}",
            static machine => machine.Configuration.RingDepth,
            static (machine, value) => machine.With(configuration => configuration with { RingDepth = Whole(value, 1, LargestRingDepth) })),
        new(
            "dma.ringFull",
            "what issuing into a full ring does: block or fault",
            static machine => ChoiceList.NameOf(machine.Configuration.RingFull),
            static (machine, value) => machine.With(configuration => configuration with { RingFull = Choice<RingFullBehavior>("behaviour", value) })),
        new(
            "dma.descriptorDimensions",
            "what a descriptor describes: 1 consecutive bytes, 2 rows, 3 planes of rows",
            static machine => machine.Configuration.DescriptorDimensions,
            static (machine, value) => machine.With(configuration => configuration with { DescriptorDimensions = Whole(value, 1, DspConfiguration.MaximumDescriptorDimensions) })),
        new(
            "dma.descriptorCountLimit",
            $"the most rows, and the most planes, of a descriptor, 1 to {DspConfiguration.MaximumDescriptorCount}",
            static machine => machine.Configuration.DescriptorCountLimit,
            static (machine, value) => machine.With(configuration => configuration with { DescriptorCountLimit = Whole(value, 1, DspConfiguration.MaximumDescriptorCount) })),
        new(
            "dma.alignmentBytes",
            $"both sides of a transfer begin at multiples of this, a power of two of 1 to {LargestAlignmentBytes}; what does not is a hazard",
            static machine => machine.Configuration.DmaAlignmentBytes,
            static (machine, value) => machine.With(configuration => configuration with { DmaAlignmentBytes = PowerOfTwo(value, 1, LargestAlignmentBytes) })),
        new(
            "dma.busBytesPerCycle",
            "bytes that a channel moves in a cycle, 0.001 or more; null for the fitted figure of the calibrated machine",
            static machine => machine.Costs.BusBytesPerCycle,
            static (machine, value) => machine with { Costs = machine.Costs with { BusBytesPerCycle = NumberOrNull(value, 1e-3) } }),
        new(
            "dma.latencyCycles",
            "cycles from the issue of a transfer to its first byte, 0 or more; null for the fitted figure",
            static machine => machine.Costs.LatencyCycles,
            static (machine, value) => machine with { Costs = machine.Costs with { LatencyCycles = NumberOrNull(value, 0) } }),
        new(
            "cache.bytes",
            "bytes of the data cache, 1024 or more, a multiple of ways x lineBytes; null instead of the object for a machine without one",
            static machine => machine.Costs.Cache.CapacityBytes,
            static (machine, value) => machine.WithCache(cache => cache with { CapacityBytes = Whole(value, 1024, int.MaxValue) })),
        new(
            "cache.ways",
            "lines of a set, 1 to 64",
            static machine => machine.Costs.Cache.WayCount,
            static (machine, value) => machine.WithCache(cache => cache with { WayCount = Whole(value, 1, 64) })),
        new(
            "cache.lineBytes",
            $"bytes of a line, a power of two of 16 to {LargestLineBytes}",
            static machine => machine.Costs.Cache.LineBytes,
            static (machine, value) => machine.WithCache(cache => cache with { LineBytes = PowerOfTwo(value, 16, LargestLineBytes) })),
        new(
            Costs,
            "costs fitted to logs of this machine, a file of 'tileproof calibrate --logs' beside this one; null for the published ones",
            static machine => machine.OwnCosts?.Path,
            static (machine, value) => machine with { OwnCosts = value.ValueKind == JsonValueKind.Null ? null : CostSet.Read(Name(value)) }),
    ];

    /// <summary>The field at a place.</summary>
    public static MachineField? Find(string path) => All.FirstOrDefault(field => field.Path == path);

    private static DescribedMachine With(this DescribedMachine machine, Func<DspConfiguration, DspConfiguration> change) =>
        machine with { Configuration = change(machine.Configuration) };

    private static DescribedMachine WithCache(this DescribedMachine machine, Func<DataCacheGeometry, DataCacheGeometry> change)
    {
        DataCacheGeometry cache = change(machine.Costs.Cache);
        return machine with
        {
            Configuration = machine.Configuration with { HasDataCache = true, CacheLineBytes = cache.LineBytes },
            Costs = machine.Costs with { Cache = cache },
        };
    }

    private static string Name(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && !text.Any(char.IsControl)
        ? text
        : throw Wrong(value, "a text");

    private static BankBytes Banks(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is < 1 or > DspConfiguration.MaximumBankCount)
        {
            throw Wrong(value, $"a list of 1 to {DspConfiguration.MaximumBankCount} sizes in bytes");
        }

        int[] bytes = [.. value.EnumerateArray().Select(static one => Whole(one, DspConfiguration.MinimumBankBytes, DspConfiguration.MaximumBankBytes))];
        return Array.TrueForAll(bytes, static one => one % DspConfiguration.BankGranularityBytes == 0)
            ? BankBytes.Of(bytes)
            : throw Wrong(value, $"sizes that are multiples of {DspConfiguration.BankGranularityBytes}");
    }

    private static int Whole(JsonElement value, int minimum, int maximum) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= minimum && number <= maximum
            ? number
            : throw Wrong(value, string.Create(CultureInfo.InvariantCulture, $"a whole number of {minimum} to {maximum}"));

    private static int OneOf(JsonElement value, int first, int second) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && (number == first || number == second)
            ? number
            : throw Wrong(value, string.Create(CultureInfo.InvariantCulture, $"{first} or {second}"));

    private static int PowerOfTwo(JsonElement value, int minimum, int maximum)
    {
        int number = Whole(value, minimum, maximum);
        return BitOperations.IsPow2(number) ? number : throw Wrong(value, string.Create(CultureInfo.InvariantCulture, $"a power of two of {minimum} to {maximum}"));
    }

    private static double? NumberOrNull(JsonElement value, double minimum) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number when value.TryGetDouble(out double number) && number >= minimum && number <= LargestCycles => number,
        _ => throw Wrong(value, string.Create(CultureInfo.InvariantCulture, $"null or a number of {minimum} to {LargestCycles}")),
    };

    private static T Choice<T>(string kind, JsonElement value)
        where T : struct, Enum => value.ValueKind == JsonValueKind.String
            ? ChoiceList.ParseOne<T>(kind, value.GetString()!)
            : throw Wrong(value, $"one of {string.Join(", ", Enum.GetValues<T>().Select(ChoiceList.NameOf))}");

    private static UserInputException Wrong(JsonElement value, string expected)
    {
        const int longest = 40;
        string text = value.GetRawText().ReplaceLineEndings(" ");
        return new UserInputException($"is {(text.Length <= longest ? text : text[..longest] + "...")}, expected {expected}");
    }
}
