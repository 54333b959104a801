using System.Globalization;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Verification.Machines;

namespace TileProof.Verification.Options;

/// <summary>The sizes of the local memory banks that a case runs with, or the setting without local memory, on a machine.</summary>
/// <param name="Label">The short name in reports: <c>16k</c>, <c>61k</c>, <c>16384x8192</c>, <c>cache</c>.</param>
/// <param name="Banks">The bytes of each bank; none for cache only.</param>
/// <param name="CacheOnly">Whether kernels may use no local memory and run through the data cache.</param>
public sealed record BankSetting(string Label, BankBytes Banks, bool CacheOnly)
{
    /// <summary>The smallest bank that can be asked for.</summary>
    public const int MinimumBytes = DspConfiguration.MinimumBankBytes;

    /// <summary>The largest bank that can be asked for, 16 MiB.</summary>
    public const int MaximumBytes = DspConfiguration.MaximumBankBytes;

    /// <summary>Banks are multiples of this, the unit of the allocator.</summary>
    public const int GranularityBytes = DspConfiguration.BankGranularityBytes;

    /// <summary>Each bank of the published configuration, which calls it 61k.</summary>
    public const int PublishedBytes = 62976;

    private const string PublishedLabel = "61k";
    private const string CacheLabel = "cache";

    /// <summary>The default settings: five published bank sizes, 24k, and cache only.</summary>
    public static IReadOnlyList<BankSetting> All { get; } =
    [
        OfEqualBanks(4 * 1024), OfEqualBanks(8 * 1024), OfEqualBanks(16 * 1024), OfEqualBanks(24 * 1024), OfEqualBanks(32 * 1024),
        OfEqualBanks(PublishedBytes), WithoutBanks,
    ];

    /// <summary>No local memory: every kernel runs through the data cache.</summary>
    public static BankSetting WithoutBanks => new(CacheLabel, BankBytes.Of(), CacheOnly: true);

    /// <summary>The machine; its own banks are replaced by <see cref="Banks"/>.</summary>
    public DescribedMachine Machine { get; init; } = DescribedMachine.Published;

    /// <summary>The size of bank 0; 0 for cache only.</summary>
    public int Dram0Bytes => Banks.Count > 0 ? Banks[0] : 0;

    /// <summary>The size of bank 1; 0 for cache only, and on a machine with one bank.</summary>
    public int Dram1Bytes => Banks.Count > 1 ? Banks[1] : 0;

    /// <summary>The banks that a published table is made for: two of no bytes where none may be used.</summary>
    public BankBytes TableBanks => CacheOnly ? BankBytes.Of(0, 0) : Banks;

    /// <summary>What the machine spends cycles on.</summary>
    public CostCoefficients Coefficients => Machine.CoefficientsFrom(CostCoefficients.Calibrated);

    /// <summary>What these costs leave open.</summary>
    public CycleUncertainty Uncertainty => Machine.UncertaintyFrom(CycleUncertainty.Calibrated);

    /// <summary>The machine with these banks; without any it gets the smallest ones, which no program touches.</summary>
    public DspConfiguration Configuration => Machine.Configuration.WithBanks(CacheOnly ? BankBytes.Of(Machine.Configuration.Banks.Select(static _ => MinimumBytes)) : Banks);

    /// <summary>The plan of a max pooling that the published table of this setting holds.</summary>
    public MaxPoolTilePlan PublishedPoolingOf(MaxPool2dShape shape) =>
        CacheOnly ? MaxPoolTilePlanner.PlanAsPublished(shape, 0, 0) : MaxPoolTilePlanner.PlanAsPublished(shape, Configuration);

    /// <summary>Two banks of the same size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of range or no multiple of <see cref="GranularityBytes"/>.</exception>
    public static BankSetting OfEqualBanks(int bankBytes) => OfBanks(bankBytes, bankBytes);

    /// <summary>Two banks of any two sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range or no multiple of <see cref="GranularityBytes"/>.</exception>
    public static BankSetting OfBanks(int dram0Bytes, int dram1Bytes) => OfBanks(BankBytes.Of(dram0Bytes, dram1Bytes));

    /// <summary>Banks of any sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range or no multiple of <see cref="GranularityBytes"/>.</exception>
    public static BankSetting OfBanks(BankBytes banks, DescribedMachine? machine = null)
    {
        ArgumentNullException.ThrowIfNull(banks);
        if (!banks.All(static bytes => IsAllowed(bytes)))
        {
            throw new ArgumentOutOfRangeException(nameof(banks), $"Banks of {string.Join(" and ", banks)} bytes are not allowed: {AllowedSizes}.");
        }

        return new BankSetting(banks.Distinct().Count() == 1 ? LabelOf(banks[0]) : banks.ToString(), banks, CacheOnly: false) { Machine = machine ?? DescribedMachine.Published };
    }

    /// <summary>The settings of a machine when none is named: the default ones of the published machine; of another its own banks, and its cache if it has one.</summary>
    public static IReadOnlyList<BankSetting> DefaultsOf(DescribedMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return machine == DescribedMachine.Published
            ? All
            : [OfBanks(machine.Configuration.Banks, machine), .. machine.Configuration.HasDataCache ? [WithoutBanks with { Machine = machine }] : Array.Empty<BankSetting>()];
    }

    /// <summary>Reads a comma-separated list such as <c>4k,61k,16384x8192,cache</c> or <c>all</c>; a setting named twice counts once.</summary>
    /// <param name="text">The list.</param>
    /// <param name="machine">The machine; null for the published one. One size is that of each of its banks; <c>NxM</c> names as many as it has.</param>
    /// <exception cref="UserInputException">A name is not understood or a size is not allowed; the message says what is.</exception>
    public static IReadOnlyList<BankSetting> ParseList(string text, DescribedMachine? machine = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',', StringSplitOptions.TrimEntries)
            .SelectMany(item => Is(item, "all") ? DefaultsOf(machine ?? DescribedMachine.Published) : [Parse(item, machine)])
            .Distinct()];
    }

    /// <summary>Reads one setting: <c>4k</c>, <c>61k</c> (62976 bytes, as published), plain bytes, <c>NxM</c> for unequal banks, or <c>cache</c>.</summary>
    /// <param name="text">The setting.</param>
    /// <param name="machine">The machine; null for the published one.</param>
    /// <exception cref="UserInputException">The text is not understood or a size is not allowed; the message says what is.</exception>
    public static BankSetting Parse(string text, DescribedMachine? machine = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        DescribedMachine on = machine ?? DescribedMachine.Published;
        if (Is(text, CacheLabel))
        {
            return on.Configuration.HasDataCache
                ? WithoutBanks with { Machine = on }
                : throw new UserInputException($"machine '{on.Name}' has no data cache, so the bank setting '{CacheLabel}' is none of its own");
        }

        int count = on.Configuration.Banks.Count;
        string[] sizes = text.Split('x', 'X');
        if (sizes.Length == 1)
        {
            int bytes = ParseBytes(text, text);
            return OfBanks(BankBytes.Of(Enumerable.Repeat(bytes, count)), on);
        }

        if (sizes.Length != count)
        {
            throw count == 2
                ? NotUnderstood(text)
                : new UserInputException(string.Create(CultureInfo.InvariantCulture, $"bank setting '{text}' names {sizes.Length} banks, and machine '{on.Name}' has {count}"));
        }

        return OfBanks(BankBytes.Of(sizes.Select(size => ParseBytes(size, text))), on);
    }

    /// <inheritdoc/>
    public override string ToString() => Label;

    private static string AllowedSizes => string.Create(
        CultureInfo.InvariantCulture, $"a bank takes {MinimumBytes} to {MaximumBytes} bytes (16 MiB) in steps of {GranularityBytes}");

    private static int ParseBytes(string size, string setting)
    {
        if (Is(size, PublishedLabel))
        {
            return PublishedBytes;
        }

        bool isKibibytes = size.EndsWith('k') || size.EndsWith('K');
        string digits = isKibibytes ? size[..^1] : size;
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            throw NotUnderstood(setting);
        }

        bool isReadable = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        long bytes = isKibibytes ? number * 1024L : number;
        return isReadable && IsAllowed(bytes) ? (int)bytes : throw new UserInputException($"bank size '{setting}' is not allowed: {AllowedSizes}");
    }

    private static bool IsAllowed(long bytes) => bytes is >= MinimumBytes and <= MaximumBytes && bytes % GranularityBytes == 0;

    private static string LabelOf(int bytes) => bytes switch
    {
        PublishedBytes => PublishedLabel,
        _ when bytes % 1024 == 0 && bytes != 61 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024}k"),
        _ => bytes.ToString(CultureInfo.InvariantCulture),
    };

    private static bool Is(string text, string name) => string.Equals(text, name, StringComparison.OrdinalIgnoreCase);

    private static UserInputException NotUnderstood(string setting) => new(
        $"bank setting '{setting}' is not understood; valid: {string.Join(", ", All)}, all, a size in bytes, or NxM for two unequal banks in bytes");
}
